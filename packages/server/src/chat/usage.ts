import type { Timings, TokenUsage } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';

type Measured = Pick<ChatResult, 'usage' | 'timings'>;

/** Tokens of all answers to one prompt, which counts once. */
export function usageOf(results: readonly Measured[]): TokenUsage {
  const sum = (of: (result: Measured) => number) => results.reduce((total, result) => total + of(result), 0);
  const [first] = results;
  const prompt = first?.usage.promptTokens ?? 0;
  const completion = sum(({ usage }) => usage.completionTokens);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: first?.usage.cachedTokens ?? 0,
      image_tokens: first?.usage.imageTokens ?? 0,
      video_tokens: first?.usage.videoTokens ?? 0,
    },
    completion_tokens_details: {
      reasoning_tokens: sum(({ usage }) => usage.reasoningTokens),
      accepted_prediction_tokens: sum(({ usage }) => usage.acceptedDraftTokens),
      rejected_prediction_tokens: sum(({ usage }) => usage.rejectedDraftTokens),
    },
  };
}

/** How long it took, of several answers the longest parts; speeds are of all together. */
export function timingsOf(results: readonly Measured[]): Timings {
  const longest = (of: (result: Measured) => number) => Math.max(...results.map(of));
  const usage = usageOf(results);
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const read = usage.prompt_tokens - cached;
  const promptMs = 1000 * longest(({ timings }) => timings.prefillSeconds);
  const predictedMs = 1000 * longest(({ timings }) => timings.decodeSeconds);
  return {
    queue_ms: round(1000 * longest(({ timings }) => timings.queueSeconds)),
    cache_n: cached,
    prompt_n: read,
    prompt_ms: round(promptMs),
    prompt_per_second: perSecond(read, promptMs),
    predicted_n: usage.completion_tokens,
    predicted_ms: round(predictedMs),
    predicted_per_second: perSecond(usage.completion_tokens, predictedMs),
  };
}

function perSecond(count: number, milliseconds: number): number {
  return milliseconds > 0 ? round((1000 * count) / milliseconds) : 0;
}

function round(value: number): number {
  return Math.round(1000 * value) / 1000;
}
