import { type ChatCompletionRequest, chatCompletionRequest, unknownFields } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';
import { checkQueue } from '../check-queue.ts';
import { mediaOptions, readRequestMedia } from '../media/request-media.ts';
import type { ServedModel } from '../model-host.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
import { trackAnswers } from '../telemetry/track-answers.ts';
import { type ChatPlan, planChat } from './chat-plan.ts';
import { runChat, type ServedAnswer } from './run-chat.ts';

/** A chat that is being answered. */
export type BegunChat = {
  model: ServedModel;
  plan: ChatPlan;
  answers: ServedAnswer[];
  /** Whether the answers begin with thinking. */
  thinks: boolean;
  /** Told when all answers have ended, for figures and log. */
  ended(results: readonly ChatResult[]): void;
};

/** Understands a chat request in any of its forms and has it answered, once its pictures and videos are there. Throws what cannot be. */
export async function beginChat(
  server: ServerContext,
  context: RequestContext,
  request: ChatCompletionRequest,
): Promise<BegunChat> {
  server.passedOver.tell(unknownFields(chatCompletionRequest, request));
  const model = server.host.named(request.model);
  const plan = planChat(request, model, server.defaults, server.search, mediaOptions(server, context, model.engine));
  checkQueue(model.engine, plan.count, server.maxWaiting);
  const { temperature, topP, topK, seed, maxTokens } = plan.options;
  const ended = trackAnswers(server, context, {
    operation: 'chat',
    model,
    count: plan.count,
    maxTokens,
    attributes: {
      'gen_ai.request.temperature': temperature,
      'gen_ai.request.top_p': topP,
      'gen_ai.request.top_k': topK,
      'gen_ai.request.seed': seed,
      'gen_ai.request.stream': request.stream ?? false,
    },
  });
  const media = await readRequestMedia(server, context, model.engine, plan.media);
  // Others may have come meanwhile.
  if (media.length > 0) checkQueue(model.engine, plan.count, server.maxWaiting);
  const answers = runChat(model, plan, media, context.get('running').signal);
  return {
    model,
    plan,
    answers,
    thinks: answers[0]!.startsInThinking,
    ended,
  };
}
