import { logSumExp, topLogprobs } from './log-softmax.ts';
import { logitRows, type ScoringModel } from './logit-rows.ts';

/** What a model thinks of a sequence. Log-probabilities are natural, over all rows of the embedding. */
export type SequenceScores = {
  ids: number[];
  /** Of ids[i + 1] given ids[0..i]; one fewer than ids. */
  logprobs: number[];
  /** After each token the ten likeliest next ones, best first. */
  top: [id: number, logprob: number][][];
};

/** Scores every token of one sequence. Throws a LanternError where it does not fit into the context. */
export async function scoreSequence(
  model: ScoringModel,
  ids: ArrayLike<number>,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<SequenceScores> {
  const scores: SequenceScores = { ids: Array.from(ids), logprobs: [], top: [] };
  for await (const logits of logitRows(model, ids, options.signal)) {
    const normalizer = logSumExp(logits);
    scores.top.push(topLogprobs(logits, 10, normalizer));
    const next = ids[scores.top.length];
    if (next !== undefined) scores.logprobs.push(logits[next]! - normalizer);
    options.onProgress?.(scores.top.length, ids.length);
  }
  return scores;
}

/** exp of the mean negative log-probability; NaN where there is none. */
export function perplexity(logprobs: number[]): number {
  return Math.exp(-logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length);
}
