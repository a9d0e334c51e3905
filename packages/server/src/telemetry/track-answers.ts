import type { ChatResult } from '@lantern/engine';
import type { ServedModel } from '../model-host.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
import type { BegunOperation } from './telemetry.ts';

type Measured = Pick<ChatResult, 'usage' | 'timings' | 'finishReason'>;

export type TrackedRequest = Pick<BegunOperation, 'operation' | 'attributes'> & {
  model: ServedModel;
  /** Answers asked for. */
  count: number;
  maxTokens: number | undefined;
};

/**
 * Follows a request for the metrics, the log and, where that is on, telemetry. The function it gives is told the answers
 * when all have ended; a request that ends without that has failed or been left.
 */
export function trackAnswers(
  server: ServerContext,
  context: RequestContext,
  { operation: name, model, count, maxTokens, attributes }: TrackedRequest,
): (results: readonly Measured[]) => void {
  const running = context.get('running');
  const operation = server.telemetry?.begin({
    operation: name,
    model: model.id,
    traceparent: context.req.header('traceparent'),
    attributes: {
      ...attributes,
      ...(maxTokens !== undefined && { 'gen_ai.request.max_tokens': maxTokens }),
      ...(count > 1 && { 'gen_ai.request.choice.count': count }),
    },
  });
  let hasEnded = false;
  running.done.then(() => {
    if (!hasEnded) operation?.fail(running.signal.aborted ? 'client_closed' : String(running.note.error ?? 'unknown'));
  });
  return (results) => {
    hasEnded = true;
    for (const result of results) server.metrics.answer(result);
    const longest = Math.max(0, ...results.map(({ usage }) => usage.completionTokens));
    server.metrics.request({ n: count, maxTokens, longest, seconds: (performance.now() - running.began) / 1000 });
    const figures = figuresOf(results);
    operation?.end({
      responseId: running.id,
      finishReasons: results.map(({ finishReason }) => finishReason),
      ...figures,
    });
    Object.assign(running.note, {
      model: model.id,
      prompt_tokens: figures.inputTokens,
      cached_tokens: figures.cachedTokens,
      completion_tokens: figures.outputTokens,
      finish: results.map(({ finishReason }) => finishReason).join(','),
      queue_ms: Math.round(1000 * Math.max(...results.map(({ timings }) => timings.queueSeconds))),
      ...(figures.firstTokenSeconds !== null && { first_token_ms: Math.round(1000 * figures.firstTokenSeconds) }),
    });
  };
}

function figuresOf(results: readonly Measured[]) {
  const sum = (of: (result: Measured) => number) => results.reduce((total, result) => total + of(result), 0);
  const [first] = results;
  const later = sum(({ usage }) => Math.max(0, usage.completionTokens - 1));
  return {
    inputTokens: first?.usage.promptTokens ?? 0,
    cachedTokens: first?.usage.cachedTokens ?? 0,
    outputTokens: sum(({ usage }) => usage.completionTokens),
    reasoningTokens: sum(({ usage }) => usage.reasoningTokens),
    firstTokenSeconds: first ? first.timings.queueSeconds + first.timings.prefillSeconds : null,
    tokenSeconds: later > 0 ? sum(({ timings }) => timings.decodeSeconds) / later : null,
  };
}
