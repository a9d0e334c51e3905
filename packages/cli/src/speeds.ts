import type { Spent } from './chat-source.ts';

/** Prompt tokens read in a second, those that were remembered left out; null where that is not told. */
export function prefillRate({ usage, timings }: Spent): number | null {
  if (!usage || !timings) return null;
  return rate(usage.promptTokens - (usage.cachedTokens ?? 0), timings.prefillSeconds);
}

/** Tokens of all `count` answers generated in a second; null where that is not told. */
export function decodeRate({ usage, timings }: Spent, count: number): number | null {
  if (!usage || !timings) return null;
  // The first token of each is the prompt's work.
  return rate(usage.completionTokens - count, timings.decodeSeconds);
}

function rate(tokens: number, seconds: number): number | null {
  return tokens > 0 && seconds > 0 ? tokens / seconds : null;
}
