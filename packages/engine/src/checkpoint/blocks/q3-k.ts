import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/**
 * 110 bytes for 256 weights: 32 bytes with a third bit a weight, 64 bytes of 2-bit codes, 16 six-bit scales in 12
 * bytes, d (f16); y = d·(scale − 32)·(q − 4). The third bit of weights 32k to 32k + 31 is bit k of those 32 bytes.
 */
export const q3_k: BlockFormat = {
  name: 'Q3_K',
  weights: 256,
  bytes: 110,
  encoding: { kind: 'blocks', bits: 4, group: 16, zero: 4, minima: false, scales: 'units' },
  unpack({ bytes, halves }, blocks, { codeHalves, scales, units }) {
    for (let b = 0, at = 0, to = 0, group = 0; b < blocks; b++, at += 110) {
      const half = at >> 1;
      units[b] = HALF_TO_FLOAT[halves[half + 54]!]!;
      const packed = at + 96;
      for (let j = 0; j < 16; j++, group++) {
        const low = j < 8 ? bytes[packed + j]! & 15 : bytes[packed + j - 8]! >> 4;
        const high = (bytes[packed + 8 + (j & 3)]! >> (2 * (j >> 2))) & 3;
        scales[group] = (low | (high << 4)) - 32;
      }
      for (let k = 0; k < 8; k++) {
        const from = half + 16 + (k >> 2) * 16;
        const shift = 2 * (k & 3);
        for (let l = 0; l < 16; l++) {
          const third = (halves[half + l]! >> k) & 0x0101;
          codeHalves[to++] = ((halves[from + l]! >> shift) & 0x0303) | (third << 2);
        }
      }
    }
  },
};
