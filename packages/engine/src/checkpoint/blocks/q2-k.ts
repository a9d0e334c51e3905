import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/**
 * 84 bytes for 256 weights: 16 bytes with a scale (low) and a minimum (high) for each 16 weights, 64 bytes of 2-bit
 * codes, d and dmin (f16); y = d·scale·q − dmin·minimum. Each 32 bytes hold 128 weights, 32 a bit pair.
 */
export const q2_k: BlockFormat = {
  name: 'Q2_K',
  weights: 256,
  bytes: 84,
  encoding: { kind: 'blocks', bits: 4, group: 16, zero: 0, minima: true, scales: 'units' },
  unpack({ bytes, halves, words }, blocks, { codeWords, scales, minima, units, minimumUnits }) {
    for (let b = 0, at = 0, to = 0, group = 0; b < blocks; b++, at += 84) {
      units[b] = HALF_TO_FLOAT[halves[(at >> 1) + 40]!]!;
      minimumUnits[b] = -HALF_TO_FLOAT[halves[(at >> 1) + 41]!]!;
      for (let j = 0; j < 16; j++, group++) {
        const pair = bytes[at + j]!;
        scales[group] = pair & 15;
        minima[group] = pair >> 4;
      }
      for (let from = (at >> 2) + 4, end = from + 16; from < end; from += 8)
        for (let shift = 0; shift < 8; shift += 2)
          for (let l = 0; l < 8; l++) codeWords[to++] = (words[from + l]! >>> shift) & 0x03030303;
    }
  },
};
