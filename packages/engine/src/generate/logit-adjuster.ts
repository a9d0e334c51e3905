import type { SamplingOptions } from './sampling-options.ts';

export type Adjustments = Pick<
  SamplingOptions,
  'presencePenalty' | 'frequencyPenalty' | 'repetitionPenalty' | 'logitBias'
>;

/** Largest f32. */
const MOST = (2 - 2 ** -23) * 2 ** 127;

/**
 * Bias and penalties on the logits of one answer, as vLLM defines them: the bias first; then the repetition penalty for
 * tokens of prompt and answer; then frequency and presence penalty for tokens of the answer. Work goes with the number
 * of different tokens seen, not with the vocabulary.
 */
export class LogitAdjuster {
  readonly #options: Adjustments;
  readonly #bias: readonly (readonly [id: number, bias: number])[];
  readonly #prompt: ReadonlySet<number>;
  /** How often the answer has each of its tokens. */
  readonly #counts = new Map<number, number>();

  constructor(options: Adjustments, promptIds: Iterable<number>) {
    this.#options = options;
    this.#bias = Object.entries(options.logitBias ?? {}).map(([id, bias]) => [Number(id), bias]);
    this.#prompt = new Set(options.repetitionPenalty === 1 ? [] : promptIds);
  }

  /** Counts a token of the answer. */
  accept(id: number): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }

  /** Changes one row of logits in place. Ids beyond its end are left alone. */
  adjust(logits: Float32Array): void {
    const { presencePenalty, frequencyPenalty, repetitionPenalty } = this.#options;
    for (const [id, bias] of this.#bias) if (id < logits.length) logits[id]! += bias;
    if (repetitionPenalty !== 1) {
      const repeat = (id: number) => {
        const logit = logits[id]!;
        const changed = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
        // A penalty next to nothing would leave no number to compare by.
        logits[id] = Math.min(changed, MOST);
      };
      for (const id of this.#prompt) repeat(id);
      for (const id of this.#counts.keys()) if (!this.#prompt.has(id)) repeat(id);
    }
    if (presencePenalty !== 0 || frequencyPenalty !== 0)
      for (const [id, count] of this.#counts) logits[id]! -= presencePenalty + frequencyPenalty * count;
  }
}
