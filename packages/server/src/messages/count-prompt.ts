import type { CountTokensRequest } from '@lantern/api';
import { planChat } from '../chat/chat-plan.ts';
import type { ServerContext } from '../server-context.ts';
import { promptChat } from './messages-chat.ts';

/** Tokens of the prompt that a request would make, without answering it. Throws what is wrong with it. */
export async function countPrompt(server: ServerContext, request: CountTokensRequest): Promise<number> {
  const model = server.host.named(request.model);
  const { chat, names } = promptChat(request);
  return names.translate(async () => {
    const plan = await planChat(chat, model, server.defaults, server.search);
    const { tools, enableThinking, continueFinalMessage } = plan.options;
    const { ids } = model.engine.prompt(plan.messages, {
      ...(tools && { tools }),
      ...(enableThinking !== undefined && { enableThinking }),
      end: continueFinalMessage ? 'continue' : 'answer',
    });
    return ids.length;
  });
}
