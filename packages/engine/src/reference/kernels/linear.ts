/** out = W · x, or out += W · x; W is [out.length, x.length], row-major. */
export function linear(weight: Float32Array, x: Float32Array, out: Float32Array, add = false): void {
  const columns = x.length;
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let i = 0, at = row * columns; i < columns; i++, at++) sum += weight[at]! * x[i]!;
    out[row] = add ? out[row]! + sum : sum;
  }
}
