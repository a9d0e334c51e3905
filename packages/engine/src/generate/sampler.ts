import { LanternError } from '../errors.ts';
import { Random } from './random.ts';
import { checkSampling, type SamplingOptions } from './sampling-options.ts';
import { selectTop } from './select-top.ts';

/** Draws tokens from logits. Ids from `vocabSize` on (padding rows of the embedding) are never drawn. */
export class Sampler {
  readonly #options: SamplingOptions;
  readonly #vocabSize: number;
  readonly #random: Random;

  /** Throws a LanternError where an option is out of range. */
  constructor(options: SamplingOptions, vocabSize: number) {
    checkSampling(options);
    this.#options = options;
    this.#vocabSize = vocabSize;
    this.#random = new Random(options.seed ?? Math.floor(Math.random() * 2 ** 53));
  }

  /** The next token, given one row of logits, [vocabSize or more]. */
  sample(logits: Float32Array): number {
    const { temperature, topK, topP, minP } = this.#options;
    const length = Math.min(logits.length, this.#vocabSize);
    const best = argmax(logits, length);
    if (temperature === 0) return best;

    // Unnormalised probabilities; the best token weighs 1.
    const weight = (id: number) => Math.exp((logits[id]! - logits[best]!) / temperature) || 0;
    let ids: number[] | null = null;
    let total = 0;
    if (topK > 0 && topK < length) {
      ids = selectTop(logits, topK, length);
      for (const id of ids) total += weight(id);
    } else {
      for (let id = 0; id < length; id++) total += weight(id);
      if (topP < 1) {
        // All ids below this weight together hold less than 1 − topP, so none of them is needed; the rest is sorted.
        const least = ((1 - topP) * total) / length;
        ids = [];
        for (let id = 0; id < length; id++) if (weight(id) >= least) ids.push(id);
        ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
      }
    }
    if (ids && topP < 1) ids = nucleus(ids, weight, topP * total);

    const kept = ids ?? { length };
    const weights = Float64Array.from(kept, (id, i) => {
      const w = weight(ids ? id : i);
      return w >= minP ? w : 0;
    });
    const drawn = draw(weights, this.#random.next());
    return ids ? ids[drawn]! : drawn;
  }
}

/** The first ids, which are sorted, whose weights reach `mass`. */
function nucleus(ids: number[], weight: (id: number) => number, mass: number): number[] {
  let sum = 0;
  const last = ids.findIndex((id) => {
    sum += weight(id);
    return sum >= mass;
  });
  // Rounding may leave the sum a hair below the mass.
  return last < 0 ? ids : ids.slice(0, last + 1);
}

/** Index drawn with the given weights by a number in [0, 1). */
function draw(weights: Float64Array, random: number): number {
  let left = random * weights.reduce((sum, w) => sum + w, 0);
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return last;
}

function argmax(logits: Float32Array, length: number): number {
  let best = -1;
  let max = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < length; id++)
    if (logits[id]! > max) {
      max = logits[id]!;
      best = id;
    }
  if (best < 0 || max === Number.POSITIVE_INFINITY)
    throw new LanternError(
      'bad-checkpoint',
      'the model gives no finite logits',
      'check the weights with `lantern inspect`',
    );
  return best;
}
