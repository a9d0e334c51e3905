import type { Job } from './job.ts';
import { logSumExp, topLogprobs } from './log-softmax.ts';
import type { Scheduler } from './scheduler.ts';
import type { Prompt } from './start-answers.ts';

/** What a model thinks of a sequence. Log-probabilities are natural, over all rows of the embedding. */
export type SequenceScores = {
  ids: number[];
  /** Of ids[i + 1] given ids[0..i]; one fewer than ids. */
  logprobs: number[];
  /** After each token the likeliest next ones, best first. */
  top: [id: number, logprob: number][][];
};

export type ScoreOptions = {
  /** How many of the likeliest tokens are told at each place. Default 10. */
  top?: number;
  signal?: AbortSignal;
  /** Tokens scored so far and in all. */
  onProgress?: (done: number, total: number) => void;
};

/** Scores every token of one sequence beside whatever else is going on. Throws the reason of the signal. */
export async function scoreSequence(
  scheduler: Pick<Scheduler, 'submit'>,
  { ids, spans }: Pick<Prompt, 'ids' | 'spans'>,
  { top = 10, signal, onProgress }: ScoreOptions = {},
): Promise<SequenceScores> {
  const scores: SequenceScores = { ids: [...ids], logprobs: [], top: [] };
  if (ids.length === 0) return scores;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const job: Job = {
    promptIds: ids,
    spans,
    promptKey: ids,
    checkpoints: [],
    signal,
    priority: 0,
    keep: false,
    started: () => undefined,
    promptLogits(logits) {
      const normalizer = logSumExp(logits);
      scores.top.push(topLogprobs(logits, top, normalizer));
      const next = ids[scores.top.length];
      if (next !== undefined) scores.logprobs.push(logits[next]! - normalizer);
      onProgress?.(scores.top.length, ids.length);
    },
    next: () => null,
    finished: resolve,
    failed: reject,
  };
  scheduler.submit(job);
  await promise;
  return scores;
}

/** exp of the mean negative log-probability; NaN where there is none. */
export function perplexity(logprobs: number[]): number {
  return Math.exp(-logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length);
}
