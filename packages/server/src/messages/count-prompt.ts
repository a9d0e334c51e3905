import type { CountTokensRequest } from '@lantern/api';
import { planChat } from '../chat/chat-plan.ts';
import type { ServerContext } from '../server-context.ts';
import { messagesChat } from './messages-chat.ts';

/** Tokens of the prompt that a request would make, without answering it. Throws what `/v1/messages` would. */
export async function countPrompt(server: ServerContext, request: CountTokensRequest): Promise<number> {
  const model = server.host.named(request.model);
  const { chat, names } = messagesChat(request);
  return names.translate(async () => {
    // What holds the answer to a form is no part of the prompt.
    const { response_format: _, ...unformed } = chat;
    const choice = chat.tool_choice === 'none' ? 'none' : 'auto';
    const plan = await planChat({ ...unformed, tool_choice: choice }, model, server.defaults, server.search);
    const { tools, enableThinking, continueFinalMessage } = plan.options;
    const { ids } = model.engine.prompt(plan.messages, {
      ...(tools && { tools }),
      ...(enableThinking !== undefined && { enableThinking }),
      end: continueFinalMessage ? 'continue' : 'answer',
    });
    return ids.length;
  });
}
