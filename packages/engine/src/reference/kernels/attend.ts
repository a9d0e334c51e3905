import { sigmoid } from './activations.ts';

/**
 * One query head of one token over its `keys.length` visible tokens: out = σ(gate) ⊙ Σ softmax(q·k / √headDim) · v.
 * All vectors are [headDim].
 */
export function attend(
  q: Float32Array,
  gate: Float32Array,
  keys: Float32Array[],
  values: Float32Array[],
  out: Float32Array,
): void {
  const scale = 1 / Math.sqrt(q.length);
  const scores = keys.map((key) => scale * q.reduce((sum, x, i) => sum + x * key[i]!, 0));
  const max = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = scores.map((score) => Math.exp(score - max));
  const total = weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let t = 0; t < values.length; t++) sum += weights[t]! * values[t]![i]!;
    out[i] = (sum / total) * sigmoid(gate[i]!);
  }
}
