import { rmsNorm } from './norm.ts';

/**
 * Norms one head and rotates its leading 2·cos.length dimensions, pair (i, i + cos.length) by angle i.
 * `out` may be `head`.
 */
export function normAndRotate(
  head: Float32Array,
  weight: Float32Array,
  eps: number,
  cos: Float32Array,
  sin: Float32Array,
  out: Float32Array,
): void {
  rmsNorm(head, weight, eps, out);
  const half = cos.length;
  for (let i = 0; i < half; i++) {
    const x = out[i]!;
    const y = out[i + half]!;
    out[i] = x * cos[i]! - y * sin[i]!;
    out[i + half] = y * cos[i]! + x * sin[i]!;
  }
}
