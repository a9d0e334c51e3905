/** out = x / sqrt(mean(x²) + eps) ⊙ weight, over the length of `weight`. `out` may be `x`. */
export function rmsNorm(x: Float32Array, weight: Float32Array, eps: number, out: Float32Array): void {
  const width = weight.length;
  let squares = 0;
  for (let i = 0; i < width; i++) squares += x[i]! * x[i]!;
  const scale = 1 / Math.sqrt(squares / width + eps);
  for (let i = 0; i < width; i++) out[i] = x[i]! * scale * weight[i]!;
}

/** x ← scale · x / sqrt(Σx² + 1e-6), in place. */
export function l2Norm(x: Float32Array, scale: number): void {
  let squares = 0;
  for (const value of x) squares += value * value;
  const factor = scale / Math.sqrt(squares + 1e-6);
  for (let i = 0; i < x.length; i++) x[i] = x[i]! * factor;
}

/** out = (x − mean) / sqrt(variance + eps) ⊙ weight + bias. `out` may be `x`. */
export function layerNorm(
  x: Float32Array,
  { weight, bias }: { weight: Float32Array; bias: Float32Array },
  eps: number,
  out: Float32Array,
): void {
  const width = weight.length;
  let sum = 0;
  for (let i = 0; i < width; i++) sum += x[i]!;
  const mean = sum / width;
  let squares = 0;
  for (let i = 0; i < width; i++) squares += (x[i]! - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / width + eps);
  for (let i = 0; i < width; i++) out[i] = (x[i]! - mean) * scale * weight[i]! + bias[i]!;
}
