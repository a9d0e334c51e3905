import { type ChatCompletionRequest, chatCompletionRequest, unknownFields } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';
import { checkQueue } from '../check-queue.ts';
import type { ServedModel } from '../model-host.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
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

/** Understands a chat request in any of its forms and has it answered. Throws what cannot be. */
export function beginChat(server: ServerContext, context: RequestContext, request: ChatCompletionRequest): BegunChat {
  const began = performance.now();
  server.passedOver.tell(unknownFields(chatCompletionRequest, request));
  const model = server.host.named(request.model);
  const plan = planChat(request, model, server.defaults);
  checkQueue(model.engine, plan.count, server.maxWaiting);
  const answers = runChat(model, plan, context.get('running').signal);
  return {
    model,
    plan,
    answers,
    thinks: answers[0]!.startsInThinking,
    ended(results) {
      for (const result of results) server.metrics.answer(result);
      const seconds = (performance.now() - began) / 1000;
      server.metrics.request({ n: plan.count, maxTokens: plan.options.maxTokens, seconds });
      Object.assign(context.get('running').note, noteOf(model, results));
    },
  };
}

/** What the log says of finished answers. */
function noteOf({ id }: ServedModel, results: readonly ChatResult[]): { [name: string]: unknown } {
  const sum = (of: (result: ChatResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return {
    model: id,
    prompt_tokens: results[0]?.usage.promptTokens,
    cached_tokens: results[0]?.usage.cachedTokens,
    completion_tokens: sum(({ usage }) => usage.completionTokens),
    finish: results.map(({ finishReason }) => finishReason).join(','),
    queue_ms: Math.round(1000 * Math.max(...results.map(({ timings }) => timings.queueSeconds))),
    first_token_ms: Math.round(
      1000 * Math.max(...results.map(({ timings }) => timings.queueSeconds + timings.prefillSeconds)),
    ),
  };
}
