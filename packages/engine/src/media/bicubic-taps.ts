/** Which source samples each output sample is made of along one axis, and with what weights. */
export type BicubicTaps = {
  /** First source sample, and how many, for each output sample. */
  first: Int32Array;
  count: Int32Array;
  /** [outputs, most]: in units of 2^-shift; what is beyond `count` is zero. */
  weights: Int32Array;
  /** Room for the weights of one output sample. */
  most: number;
  shift: number;
};

/**
 * Catmull-Rom weights (a = −0.5), widened when shrinking so that every source sample counts. They are 16-bit fixed-point
 * numbers, as fine as the largest allows: PyTorch's resampler of bytes, which the vendor's processor uses. PIL's differs
 * only in that its weights are finer.
 */
export function bicubicTaps(input: number, output: number): BicubicTaps {
  const scale = input / output;
  const stretch = Math.max(scale, 1);
  const support = 2 * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(output);
  const count = new Int32Array(output);
  const exact = new Float64Array(output * most);
  let largest = 0;
  for (let i = 0; i < output; i++) {
    const center = scale * (i + 0.5);
    const from = Math.max(Math.trunc(center - support + 0.5), 0);
    const taps = Math.min(Math.trunc(center + support + 0.5), input) - from;
    const row = exact.subarray(i * most, i * most + taps);
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      row[t] = catmullRom((from + t - center + 0.5) * (1 / stretch));
      sum += row[t]!;
    }
    for (let t = 0; t < taps; t++) {
      row[t]! /= sum;
      largest = Math.max(largest, row[t]!);
    }
    first[i] = from;
    count[i] = taps;
  }
  let shift = 0;
  while (shift < 22 && Math.trunc(0.5 + largest * 2 ** (shift + 1)) < 2 ** 15) shift++;
  const weights = Int32Array.from(exact, (weight) => Math.trunc(weight * 2 ** shift + (weight < 0 ? -0.5 : 0.5)));
  return { first, count, weights, most, shift };
}

function catmullRom(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}
