import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/** The sixteen levels of the non-linear 4-bit formats. */
const LEVELS = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113] as const;

/** 18 bytes for 32 weights: d (f16), 16 bytes with weight j low and j + 16 high; y = d·level. */
export const iq4_nl: BlockFormat = {
  name: 'IQ4_NL',
  weights: 32,
  bytes: 18,
  encoding: { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'f16', levels: LEVELS },
  unpack({ bytes, halves }, blocks, { codes, scales }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 18, to += 32) {
      scales[b] = HALF_TO_FLOAT[halves[at >> 1]!]!;
      unpackLevels(bytes, at + 2, codes, to);
    }
  },
};

/**
 * 136 bytes for 256 weights: d (f16), the high bit pairs (u16) and low nibbles (4 bytes) of eight scales, then eight
 * times 16 bytes as IQ4_NL; y = d·(scale − 32)·level.
 */
export const iq4_xs: BlockFormat = {
  name: 'IQ4_XS',
  weights: 256,
  bytes: 136,
  encoding: { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'units', levels: LEVELS },
  unpack({ bytes, halves }, blocks, { codes, scales, units }) {
    for (let b = 0, at = 0, to = 0, group = 0; b < blocks; b++, at += 136) {
      units[b] = HALF_TO_FLOAT[halves[at >> 1]!]!;
      const high = halves[(at >> 1) + 1]!;
      for (let j = 0; j < 8; j++, group++, to += 32) {
        const low = (bytes[at + 4 + (j >> 1)]! >> (4 * (j & 1))) & 15;
        scales[group] = (low | (((high >> (2 * j)) & 3) << 4)) - 32;
        unpackLevels(bytes, at + 8 + 16 * j, codes, to);
      }
    }
  },
};

function unpackLevels(bytes: Uint8Array, at: number, codes: Int8Array, to: number): void {
  for (let j = 0; j < 16; j++) {
    const q = bytes[at + j]!;
    codes[to + j] = LEVELS[q & 15]!;
    codes[to + j + 16] = LEVELS[q >> 4]!;
  }
}
