import { sigmoid, silu, softplus } from './activations.ts';

/**
 * One token of a causal depthwise convolution with silu, in place on x [channels].
 *
 * @param state [taps − 1, channels]: the raw inputs before this token, oldest first; moved on by one
 * @param weight [channels, taps]: the last tap meets this token
 */
export function convolve(x: Float32Array, state: Float32Array, weight: Float32Array): void {
  const channels = x.length;
  const history = state.length / channels;
  const taps = history + 1;
  for (let c = 0; c < channels; c++) {
    let sum = weight[c * taps + history]! * x[c]!;
    for (let t = 0; t < history; t++) sum += weight[c * taps + t]! * state[t * channels + c]!;
    for (let t = 0; t + 1 < history; t++) state[t * channels + c] = state[(t + 1) * channels + c]!;
    state[(history - 1) * channels + c] = x[c]!;
    x[c] = silu(sum);
  }
}

/**
 * The two gates of Gated DeltaNet for one token, in place, for each value head: b ← σ(b), the write strength, and
 * a ← exp(decay · softplus(a + dtBias)), the share of the state that stays.
 */
export function deltaGates(a: Float32Array, b: Float32Array, decay: Float32Array, dtBias: Float32Array): void {
  for (let h = 0; h < decay.length; h++) {
    b[h] = sigmoid(b[h]!);
    a[h] = Math.exp(decay[h]! * softplus(a[h]! + dtBias[h]!));
  }
}
