import { silu } from './activations.ts';
import { rmsNorm } from './norm.ts';

/**
 * One token of the gated delta rule for one value head. The state is transposed, [valueDim][keyDim], so that every
 * value channel is a row with a sum, a correction and an output of its own:
 *
 *   S_j ← a·S_j;   d = b·(v_j − S_j·k);   S_j ← S_j + d·k;   out_j = S_j·q
 */
export function deltaRule(
  state: Float32Array,
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  a: number,
  b: number,
  out: Float32Array,
): void {
  const keyDim = k.length;
  for (let j = 0; j < v.length; j++) {
    const row = state.subarray(j * keyDim, (j + 1) * keyDim);
    let predicted = 0;
    for (let i = 0; i < keyDim; i++) predicted += row[i]! * k[i]!;
    const correction = b * (v[j]! - a * predicted);
    let answer = 0;
    for (let i = 0; i < keyDim; i++) {
      row[i] = a * row[i]! + correction * k[i]!;
      answer += row[i]! * q[i]!;
    }
    out[j] = answer;
  }
}

/** x ← rmsNorm(x) ⊙ weight ⊙ silu(z), in place, for one value head of one token. */
export function gatedNorm(x: Float32Array, z: Float32Array, weight: Float32Array, eps: number): void {
  rmsNorm(x, weight, eps, x);
  for (let i = 0; i < x.length; i++) x[i] = x[i]! * silu(z[i]!);
}
