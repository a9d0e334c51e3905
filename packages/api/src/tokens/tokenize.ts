import { z } from 'zod';
import { chatMessage } from '../chat/chat-message.ts';
import { chatTool } from '../chat/chat-tools.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { modelField } from '../shared/sampling-fields.ts';
import { count, jsonObject, tokenId } from '../shared/scalars.ts';

/** Body of `POST /tokenize`: a text, or a chat that is rendered first. */
export const tokenizeRequest = component(
  z
    .looseObject({
      model: modelField,
      prompt: optional(z.string(), 'The text. Either this or messages.', 'Hello, world'),
      messages: optional(z.array(chatMessage).min(1), 'The conversation. Either this or prompt.', [
        { role: 'user', content: 'Hello' },
      ]),
      tools: optional(z.array(chatTool), 'With messages, functions that the model is shown.', []),
      chat_template_kwargs: optional(jsonObject, 'With messages, values for the chat template.', {
        enable_thinking: false,
      }),
      add_generation_prompt: optional(z.boolean(), 'With messages, open an assistant turn at the end.', true, {
        default: true,
      }),
      continue_final_message: optional(z.boolean(), 'With messages, leave the last one open.', false, {
        default: false,
      }),
      add_special_tokens: optional(
        z.boolean(),
        'Put the special tokens around that the tokenizer knows; Qwen 3.5 has none.',
        true,
        { default: true },
      ),
      return_token_strs: optional(z.boolean(), 'Also give the texts of the tokens.', true, { default: false }),
    })
    .refine((body) => (body.prompt == null) !== (body.messages == null), {
      path: ['prompt'],
      message: 'exactly one of prompt and messages must be given',
    }),
  'TokenizeRequest',
  'A text or a conversation to cut into tokens.',
  { prompt: 'Hello, world' },
);

/** Reply of `POST /tokenize`. */
export const tokenizeReply = component(
  z.looseObject({
    tokens: field(z.array(tokenId), 'Ids of the tokens.', [9419, 11, 1814]),
    count: field(count, 'How many there are.', 3),
    max_model_len: field(z.int().min(1), 'How many the context holds.', 262_144),
    token_strs: optional(z.array(z.string()), 'Their texts, if they were asked for.', ['Hello', ',', ' world']),
  }),
  'TokenizeReply',
  'The tokens of a text.',
  { tokens: [9419, 11, 1814], count: 3, max_model_len: 262_144 },
);

/** Body of `POST /detokenize`. */
export const detokenizeRequest = component(
  z.looseObject({
    model: modelField,
    tokens: field(z.array(tokenId), 'Ids of the tokens.', [9419, 11, 1814]),
  }),
  'DetokenizeRequest',
  'Tokens to put together.',
  { tokens: [9419, 11, 1814] },
);

/** Reply of `POST /detokenize`. */
export const detokenizeReply = component(
  z.looseObject({ prompt: field(z.string(), 'The text.', 'Hello, world') }),
  'DetokenizeReply',
  'The text of tokens.',
  { prompt: 'Hello, world' },
);

export type TokenizeRequest = Known<z.infer<typeof tokenizeRequest>>;
export type TokenizeReply = Known<z.infer<typeof tokenizeReply>>;
export type DetokenizeRequest = Known<z.infer<typeof detokenizeRequest>>;
export type DetokenizeReply = Known<z.infer<typeof detokenizeReply>>;
