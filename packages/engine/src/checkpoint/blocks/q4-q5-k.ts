import type { BlockFormat, BlockOutput } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/**
 * 144 bytes for 256 weights: d and dmin (f16), eight six-bit scales and minima in 12 bytes, 128 bytes of 4-bit codes;
 * y = d·scale·q − dmin·minimum. Each 32 bytes hold 32 weights low and the next 32 high.
 */
export const q4_k: BlockFormat = {
  name: 'Q4_K',
  weights: 256,
  bytes: 144,
  encoding: { kind: 'blocks', bits: 4, group: 32, zero: 0, minima: true, scales: 'units' },
  unpack({ bytes, halves, words }, blocks, output) {
    const { codeWords } = output;
    for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 144) {
      unpackScales(bytes, halves, at, output, b);
      for (let from = (at >> 2) + 4, end = from + 32; from < end; from += 8, to += 16) {
        for (let l = 0; l < 8; l++) {
          const q = words[from + l]!;
          codeWords[to + l] = q & 0x0f0f0f0f;
          codeWords[to + l + 8] = (q >>> 4) & 0x0f0f0f0f;
        }
      }
    }
  },
};

/** 176 bytes for 256 weights: as Q4_K, with 32 bytes of fifth bits (bit k for weights 32k to 32k + 31) at byte 16. */
export const q5_k: BlockFormat = {
  name: 'Q5_K',
  weights: 256,
  bytes: 176,
  encoding: { kind: 'blocks', bits: 6, group: 32, zero: 0, minima: true, scales: 'units' },
  unpack({ bytes, halves, words }, blocks, output) {
    const { codeWords } = output;
    for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 176) {
      unpackScales(bytes, halves, at, output, b);
      const fifth = (at >> 2) + 4;
      for (let c = 0, from = (at >> 2) + 12; c < 8; c += 2, from += 8, to += 16) {
        for (let l = 0; l < 8; l++) {
          const q = words[from + l]!;
          const high = words[fifth + l]! >>> c;
          codeWords[to + l] = (q & 0x0f0f0f0f) | ((high & 0x01010101) << 4);
          codeWords[to + l + 8] = ((q >>> 4) & 0x0f0f0f0f) | (((high >>> 1) & 0x01010101) << 4);
        }
      }
    }
  },
};

/** The eight scales and minima of block `b`, which lies at byte `at`, and their units. */
function unpackScales(
  bytes: Uint8Array,
  halves: Uint16Array,
  at: number,
  { scales, minima, units, minimumUnits }: BlockOutput,
  b: number,
): void {
  units[b] = HALF_TO_FLOAT[halves[at >> 1]!]!;
  minimumUnits[b] = -HALF_TO_FLOAT[halves[(at >> 1) + 1]!]!;
  const s = at + 4;
  const to = b * 8;
  for (let j = 0; j < 4; j++) {
    const first = bytes[s + j]!;
    const second = bytes[s + j + 4]!;
    const third = bytes[s + j + 8]!;
    scales[to + j] = first & 63;
    minima[to + j] = second & 63;
    scales[to + j + 4] = (third & 15) | ((first >> 6) << 4);
    minima[to + j + 4] = (third >> 4) | ((second >> 6) << 4);
  }
}
