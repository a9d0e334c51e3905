import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/** 18 bytes for 32 weights: d (f16), 16 bytes with weight j low and j + 16 high; y = d·(q − 8). */
export const q4_0: BlockFormat = {
  name: 'Q4_0',
  weights: 32,
  bytes: 18,
  encoding: { kind: 'blocks', bits: 4, group: 32, zero: 8, minima: false, scales: 'f16' },
  unpack({ halves }, blocks, { codeHalves, scales }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++, to += 16) {
      scales[b] = HALF_TO_FLOAT[halves[at++]!]!;
      unpackNibbles(halves, at, codeHalves, to);
      at += 8;
    }
  },
};

/** 20 bytes for 32 weights: d and m (f16), 16 bytes as Q4_0; y = d·q + m. */
export const q4_1: BlockFormat = {
  name: 'Q4_1',
  weights: 32,
  bytes: 20,
  encoding: { kind: 'blocks', bits: 4, group: 32, zero: 0, minima: true, scales: 'f16' },
  unpack({ halves }, blocks, { codeHalves, scales, minima }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++, to += 16) {
      scales[b] = HALF_TO_FLOAT[halves[at++]!]!;
      minima[b] = HALF_TO_FLOAT[halves[at++]!]!;
      unpackNibbles(halves, at, codeHalves, to);
      at += 8;
    }
  },
};

/** 16 bytes, two at a time: their low nibbles to 16 codes, their high ones to the next 16. */
function unpackNibbles(halves: Uint16Array, at: number, codes: Uint16Array, to: number): void {
  for (let j = 0; j < 8; j++) {
    const q = halves[at + j]!;
    codes[to + j] = q & 0x0f0f;
    codes[to + j + 8] = (q >> 4) & 0x0f0f;
  }
}
