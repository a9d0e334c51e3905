import type { BlockFormat } from './block-format.ts';

/** Twice the sixteen values of a 4-bit float (sign, two bits of exponent, one of mantissa). */
const DOUBLED = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12] as const;

/** Scales of MXFP4: 2^(e − 127), halved for the doubled codes. */
const POWERS = Float32Array.from({ length: 256 }, (_, e) => 2 ** (e - 128));

/** Scales of NVFP4: unsigned e4m3 (bias 7; 0 and 0x7f are zero), halved for the doubled codes. */
const UE4M3 = Float32Array.from({ length: 256 }, (_, x) => {
  const exponent = (x >> 3) & 15;
  const mantissa = x & 7;
  if (x === 0 || x === 0x7f) return 0;
  return (exponent === 0 ? mantissa * 2 ** -9 : (1 + mantissa / 8) * 2 ** (exponent - 7)) / 2;
});

/** 17 bytes for 32 weights: an exponent, 16 bytes with weight j low and j + 16 high; y = 2^(e − 127)·fp4. */
export const mxfp4: BlockFormat = {
  name: 'MXFP4',
  weights: 32,
  bytes: 17,
  encoding: { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'f32', levels: DOUBLED },
  unpack({ bytes }, blocks, { codes, scales }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++, to += 32) {
      scales[b] = POWERS[bytes[at++]!]!;
      for (let j = 0; j < 16; j++) {
        const q = bytes[at++]!;
        codes[to + j] = DOUBLED[q & 15]!;
        codes[to + j + 16] = DOUBLED[q >> 4]!;
      }
    }
  },
};

/**
 * 36 bytes for 64 weights: four scales (e4m3 without sign), then for each 16 weights 8 bytes with weight j low and
 * j + 8 high; y = scale·fp4.
 */
export const nvfp4: BlockFormat = {
  name: 'NVFP4',
  weights: 64,
  bytes: 36,
  encoding: { kind: 'blocks', bits: 8, group: 16, zero: 0, minima: false, scales: 'f16', levels: DOUBLED },
  unpack({ bytes }, blocks, { codes, scales }) {
    for (let b = 0, to = 0, group = 0; b < blocks; b++) {
      const block = b * 36;
      for (let s = 0; s < 4; s++, to += 16) {
        scales[group++] = UE4M3[bytes[block + s]!]!;
        const at = block + 4 + 8 * s;
        for (let j = 0; j < 8; j++) {
          const q = bytes[at + j]!;
          codes[to + j] = DOUBLED[q & 15]!;
          codes[to + j + 8] = DOUBLED[q >> 4]!;
        }
      }
    }
  },
};
