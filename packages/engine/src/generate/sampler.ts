import { argmax } from './argmax.ts';
import { LogitAdjuster } from './logit-adjuster.ts';
import { Random } from './random.ts';
import { checkSampling, type SamplingOptions } from './sampling-options.ts';
import { selectTop } from './select-top.ts';

/** Draws the tokens of one answer. Ids from `vocabSize` on (padding rows of the embedding) are never drawn. */
export class Sampler {
  readonly #options: SamplingOptions;
  readonly #vocabSize: number;
  readonly #random: Random;
  readonly #adjuster: LogitAdjuster;
  #weights = new Float64Array();

  /** `promptIds` count for the repetition penalty. Throws a LanternError where an option is out of range. */
  constructor(options: SamplingOptions, vocabSize: number, promptIds: Iterable<number> = []) {
    checkSampling(options);
    this.#options = options;
    this.#vocabSize = vocabSize;
    this.#adjuster = new LogitAdjuster(options, promptIds);
    this.#random = new Random(options.seed ?? Math.floor(Math.random() * 2 ** 53));
  }

  /** Tells that the answer has this token, drawn or not: penalties depend on it. */
  accept(id: number): void {
    this.#adjuster.accept(id);
  }

  /** The next token, given one row of logits, [vocabSize or more]. Bias and penalties are applied to the row itself. */
  sample(logits: Float32Array): number {
    this.#adjuster.adjust(logits);
    const { temperature, topK, topP, minP } = this.#options;
    const length = Math.min(logits.length, this.#vocabSize);
    const best = argmax(logits, length);
    if (temperature === 0) return best;

    // Unnormalised probabilities; the best token weighs 1.
    const max = logits[best]!;
    const weigh = (logit: number) => Math.exp((logit - max) / temperature) || 0;
    if (topK > 0 && topK < length) {
      const ids = selectTop(logits, topK, length);
      const weights = Float64Array.from(ids, (id) => weigh(logits[id]!));
      return ids[this.#draw(keepMass(weights, topP * sum(weights)), minP)]!;
    }
    if (this.#weights.length !== length) this.#weights = new Float64Array(length);
    const weights = this.#weights;
    for (let id = 0; id < length; id++) weights[id] = weigh(logits[id]!);
    if (topP === 1) return this.#draw(weights, minP);

    // All ids below this weight together hold less than 1 − topP, so none of them is needed; only the rest is sorted.
    const total = sum(weights);
    const least = ((1 - topP) * total) / length;
    const ids: number[] = [];
    for (let id = 0; id < length; id++) if (weights[id]! >= least) ids.push(id);
    ids.sort((a, b) => weights[b]! - weights[a]! || a - b);
    const sorted = Float64Array.from(ids, (id) => weights[id]!);
    return ids[this.#draw(keepMass(sorted, topP * total), minP)]!;
  }

  /** Index of one of the weights that are at least `least`. */
  #draw(weights: Float64Array, least: number): number {
    let total = 0;
    for (const w of weights) if (w >= least) total += w;
    let left = this.#random.next() * total;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i]!;
      if (w < least || w === 0) continue;
      last = i;
      left -= w;
      if (left < 0) return i;
    }
    return last;
  }
}

/** The first of the sorted weights that together reach `mass`. */
function keepMass(weights: Float64Array, mass: number): Float64Array {
  let reached = 0;
  for (let i = 0; i < weights.length; i++) {
    reached += weights[i]!;
    if (reached >= mass) return weights.subarray(0, i + 1);
  }
  return weights;
}

function sum(weights: Float64Array): number {
  let total = 0;
  for (const w of weights) total += w;
  return total;
}
