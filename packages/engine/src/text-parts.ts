import { ChatTemplate } from './chat/template/chat-template.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { LanternError } from './errors.ts';
import { Tokenizer } from './tokenizer/tokenizer.ts';

/** The tokenizer of a checkpoint. Throws a LanternError where it has none. */
export function tokenizerOf({ path, tokenizer }: Pick<Checkpoint, 'path' | 'tokenizer'>): Tokenizer {
  if (tokenizer === null)
    throw new LanternError('missing-file', `${path} has no tokenizer`, 'put tokenizer.json beside the weights');
  return Tokenizer.from(tokenizer);
}

/** The chat template of a checkpoint, told which control tokens no message may write. Throws where there is none. */
export function templateOf(
  { path, chatTemplate }: Pick<Checkpoint, 'path' | 'chatTemplate'>,
  tokenizer: Tokenizer,
): ChatTemplate {
  if (chatTemplate === null)
    throw new LanternError(
      'missing-file',
      `${path} has no chat template`,
      'put chat_template.jinja beside the weights',
    );
  const controlTokens = tokenizer.addedTokens.filter((token) => token.special).map((token) => token.content);
  return new ChatTemplate(chatTemplate, { controlTokens });
}
