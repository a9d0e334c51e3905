import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/**
 * 210 bytes for 256 weights: 128 bytes of low nibbles, 64 of high bit pairs, 16 signed scales, d (f16);
 * y = d·scale·(q − 32). Each half (128 weights) takes 64 and 32 bytes; its weights 32t to 32t + 31 have their high
 * bits in bit pair t, their low ones in the first or second 32 bytes (t odd), low or high nibble (t ≥ 2).
 */
export const q6_k: BlockFormat = {
  name: 'Q6_K',
  weights: 256,
  bytes: 210,
  encoding: { kind: 'blocks', bits: 6, group: 16, zero: 32, minima: false, scales: 'units' },
  unpack({ bytes, halves }, blocks, { codeHalves, scales, units }) {
    for (let b = 0, at = 0, to = 0, group = 0; b < blocks; b++, at += 210) {
      const half = at >> 1;
      units[b] = HALF_TO_FLOAT[halves[half + 104]!]!;
      for (let j = 0; j < 16; j++) scales[group++] = (bytes[at + 192 + j]! << 24) >> 24;
      for (let n = 0; n < 2; n++, to += 64) {
        const low = half + n * 32;
        const high = half + 64 + n * 16;
        for (let l = 0; l < 16; l++) {
          const first = halves[low + l]!;
          const second = halves[low + l + 16]!;
          const h = halves[high + l]!;
          codeHalves[to + l] = (first & 0x0f0f) | ((h & 0x0303) << 4);
          codeHalves[to + l + 16] = (second & 0x0f0f) | (((h >> 2) & 0x0303) << 4);
          codeHalves[to + l + 32] = ((first >> 4) & 0x0f0f) | (((h >> 4) & 0x0303) << 4);
          codeHalves[to + l + 48] = ((second >> 4) & 0x0f0f) | (((h >> 6) & 0x0303) << 4);
        }
      }
    }
  },
};
