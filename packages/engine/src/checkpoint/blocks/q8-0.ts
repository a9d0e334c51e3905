import type { BlockFormat } from './block-format.ts';
import { HALF_TO_FLOAT } from './half.ts';

/** 34 bytes for 32 weights: d (f16), 32 signed codes; y = d·q. */
export const q8_0: BlockFormat = {
  name: 'Q8_0',
  weights: 32,
  bytes: 34,
  encoding: { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'f16' },
  unpack({ halves }, blocks, { codeHalves, scales }) {
    for (let b = 0, at = 0, to = 0; b < blocks; b++) {
      scales[b] = HALF_TO_FLOAT[halves[at++]!]!;
      for (let j = 0; j < 16; j++) codeHalves[to++] = halves[at++]!;
    }
  },
};
