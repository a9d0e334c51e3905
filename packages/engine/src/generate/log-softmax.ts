import { selectTop } from './select-top.ts';

/** ln Σ exp(x) over the whole row, in f64. */
export function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const x of logits) if (x > max) max = x;
  if (max === Number.NEGATIVE_INFINITY) return max;
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - max);
  return max + Math.log(sum);
}

/** The `count` likeliest ids of a row of logits with their log-probabilities over the whole row, best first. */
export function topLogprobs(logits: Float32Array, count: number, normalizer = logSumExp(logits)): [number, number][] {
  return selectTop(logits, count).map((id) => [id, logits[id]! - normalizer]);
}
