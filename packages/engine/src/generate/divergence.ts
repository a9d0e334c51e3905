import { LanternError } from '../errors.ts';
import { logSumExp } from './log-softmax.ts';
import { logitRows, type ScoringModel } from './logit-rows.ts';
import { selectTop } from './select-top.ts';
import type { Prompt } from './start-answers.ts';

/** How far the next-token distributions of two models lie apart, over all positions of one prompt. */
export type Divergence = {
  positions: number;
  /** Mean of KL(A‖B) = Σ p_A · (ln p_A − ln p_B), in nats. */
  meanKl: number;
  /** Share of positions at which both find the same token likeliest. */
  top1Agreement: number;
};

/** Compares model A, the measure, with model B. Both must have embeddings of as many rows. */
export async function divergence(
  a: ScoringModel,
  b: ScoringModel,
  prompt: Pick<Prompt, 'ids' | 'spans'>,
  signal?: AbortSignal,
): Promise<Divergence> {
  if (a.config.vocabSize !== b.config.vocabSize)
    throw new LanternError(
      'bad-input',
      `the models have vocabularies of ${a.config.vocabSize} and ${b.config.vocabSize} rows; only equal ones can be compared`,
    );
  let positions = 0;
  let kl = 0;
  let agreed = 0;
  const rowsOfB = logitRows(b, prompt, signal);
  try {
    for await (const rowA of logitRows(a, prompt, signal)) {
      const { value: rowB } = await rowsOfB.next();
      if (!rowB) throw new TypeError('the second model gave fewer rows than the first');
      kl += klDivergence(rowA, rowB);
      if (selectTop(rowA, 1)[0] === selectTop(rowB, 1)[0]) agreed++;
      positions++;
    }
  } finally {
    await rowsOfB.return();
  }
  return { positions, meanKl: kl / positions, top1Agreement: agreed / positions };
}

/** KL(A‖B) of two rows of logits, in nats. */
export function klDivergence(a: Float32Array, b: Float32Array): number {
  const normA = logSumExp(a);
  const normB = logSumExp(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const logA = a[i]! - normA;
    const share = Math.exp(logA);
    if (share > 0) sum += share * (logA - (b[i]! - normB));
  }
  return sum;
}
