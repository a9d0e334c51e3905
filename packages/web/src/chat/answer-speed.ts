import type { AnswerFacts } from '../store/records.ts';

/** Tokens of an answer and how fast they came. `isCounted`: by the server; else pieces of text stand for tokens. */
export type AnswerSpeed = { tokens: number; perSecond: number | null; isCounted: boolean };

/** Too little to tell a speed by. */
const LEAST_SECONDS = 0.02;

/** The speed of generating, without reading the prompt. `nowMs` while it goes on. */
export function answerSpeed(
  { usage, timings, pieces, firstMs, endMs }: AnswerFacts,
  nowMs: number | null,
): AnswerSpeed {
  const tokens = usage?.completionTokens ?? pieces;
  const until = endMs ?? nowMs;
  const seconds = timings?.decodeSeconds ?? (firstMs === null || until === null ? 0 : (until - firstMs) / 1000);
  // The first token comes with the prompt's end; the time is that of the others.
  const perSecond = seconds < LEAST_SECONDS || tokens < 2 ? null : (tokens - 1) / seconds;
  return { tokens, perSecond, isCounted: usage !== null };
}
