import { LanternError } from '../errors.ts';

/** The id of the largest of the first `length` logits; of equals the lowest. Throws a LanternError where none is finite. */
export function argmax(logits: Float32Array, length: number = logits.length): number {
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
