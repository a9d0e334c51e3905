/** The e4m3 ("fn") float of every byte: sign, exponent (bias 7), three bits of mantissa; 0x7f and 0xff are NaN. */
export const E4M3: Float32Array = Float32Array.from({ length: 256 }, (_, x) => {
  const exponent = (x >> 3) & 15;
  const mantissa = x & 7;
  const sign = x & 0x80 ? -1 : 1;
  if (exponent === 15 && mantissa === 7) return Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -9 : (1 + mantissa / 8) * 2 ** (exponent - 7));
});

/** Neighbours along a row that share a scale in the fp8 encoding. */
export const FP8_SPAN = 128;
