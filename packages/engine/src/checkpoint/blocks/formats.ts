import type { BlockFormat } from './block-format.ts';
import { mxfp4, nvfp4 } from './fp4.ts';
import { iq4_nl, iq4_xs } from './iq4.ts';
import { q2_k } from './q2-k.ts';
import { q3_k } from './q3-k.ts';
import { q4_0, q4_1 } from './q4.ts';
import { q4_k, q5_k } from './q4-q5-k.ts';
import { q5_0, q5_1 } from './q5.ts';
import { q6_k } from './q6-k.ts';
import { q8_0 } from './q8-0.ts';

const all = [q8_0, q4_0, q4_1, q5_0, q5_1, q2_k, q3_k, q4_k, q5_k, q6_k, iq4_nl, iq4_xs, mxfp4, nvfp4];

/** Every block format that can be computed with, by the name GGUF gives it. */
export const BLOCK_FORMATS: ReadonlyMap<string, BlockFormat> = new Map(all.map((format) => [format.name, format]));
