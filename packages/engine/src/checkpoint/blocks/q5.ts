import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/**
 * 22 bytes for 32 weights: d (f16), a fifth bit a weight (u32), 16 bytes with weight j low and j + 16 high;
 * y = d·(q − 16).
 */
export const q5_0: BlockFormat = {
  name: 'Q5_0',
  weights: 32,
  bytes: 22,
  encoding: { kind: 'blocks', bits: 6, group: 32, zero: 16, minima: false, scales: 'f16' },
  unpack({ bytes, halves }, blocks, { codes, scales }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 22, to += 32) {
      const half = at >> 1;
      scales[b] = HALF_TO_FLOAT[halves[half]!]!;
      const high = halves[half + 1]! | (halves[half + 2]! << 16);
      for (let j = 0; j < 16; j++) {
        const q = bytes[at + 6 + j]!;
        codes[to + j] = (q & 15) | (((high >>> j) & 1) << 4);
        codes[to + j + 16] = (q >> 4) | (((high >>> (j + 16)) & 1) << 4);
      }
    }
  },
};

/** 24 bytes for 32 weights: d and m (f16), the rest as Q5_0; y = d·q + m. */
export const q5_1: BlockFormat = {
  name: 'Q5_1',
  weights: 32,
  bytes: 24,
  encoding: { kind: 'blocks', bits: 6, group: 32, zero: 0, minima: true, scales: 'f16' },
  unpack({ bytes, halves, words }, blocks, { codes, scales, minima }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 24, to += 32) {
      scales[b] = HALF_TO_FLOAT[halves[at >> 1]!]!;
      minima[b] = HALF_TO_FLOAT[halves[(at >> 1) + 1]!]!;
      const high = words[(at >> 2) + 1]!;
      for (let j = 0; j < 16; j++) {
        const q = bytes[at + 8 + j]!;
        codes[to + j] = (q & 15) | (((high >>> j) & 1) << 4);
        codes[to + j + 16] = (q >> 4) | (((high >>> (j + 16)) & 1) << 4);
      }
    }
  },
};
