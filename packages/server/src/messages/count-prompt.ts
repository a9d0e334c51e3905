import type { CountTokensRequest } from '@lantern/api';
import { planChat } from '../chat/chat-plan.ts';
import { mediaOptions, readRequestMedia } from '../media/request-media.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
import { promptChat } from './messages-chat.ts';

/** Tokens of the prompt that a request would make, without answering it. Throws what is wrong with it. */
export async function countPrompt(
  server: ServerContext,
  context: RequestContext,
  request: CountTokensRequest,
): Promise<number> {
  const model = server.host.named(request.model);
  const { chat, names } = promptChat(request);
  return names.translate(async () => {
    const plan = planChat(chat, model, server.defaults, server.search, mediaOptions(server, context, model.engine));
    const media = await readRequestMedia(server, context, model.engine, plan.media);
    const { tools, enableThinking, continueFinalMessage } = plan.options;
    const { ids } = model.engine.prompt(plan.messages, {
      ...(tools && { tools }),
      ...(enableThinking !== undefined && { enableThinking }),
      media,
      end: continueFinalMessage ? 'continue' : 'answer',
    });
    return ids.length;
  });
}
