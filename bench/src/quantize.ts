import { BLOCK_FORMATS } from '../../packages/engine/src/checkpoint/blocks/formats.ts';
import { Staging } from '../../packages/engine/src/checkpoint/staging.ts';

const BLOCK = 32;
const NIBBLES = 16;

/** Formats that `quantize` knows, and bytes of their blocks of 32 weights. */
export const QUANTIZED: Readonly<Record<string, number>> = { q8_0: 34, q4_0: 18, iq4_nl: 18 };

/**
 * Numbers as blocks of a format, each code the nearest to what it stands for; the number of weights must be a multiple
 * of 32. llama-quantize weighs errors for IQ4_NL and so finds slightly better scales; nothing here depends on that.
 */
export function quantize(values: Float32Array, format: string): Uint8Array {
  const size = QUANTIZED[format];
  if (size === undefined)
    throw new Error(`weights cannot be rounded to ${format}, only to ${Object.keys(QUANTIZED).join(', ')}`);
  const bytes = new Uint8Array((values.length / BLOCK) * size);
  const view = new DataView(bytes.buffer);
  const levels = format === 'q8_0' ? null : levelsOf(format);
  for (let from = 0, at = 0; from < values.length; from += BLOCK, at += size) {
    const block = values.subarray(from, from + BLOCK);
    const extreme = block.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
    // The lowest level reaches farthest, so the number that is farthest from 0 gets it, whatever its sign.
    view.setFloat16(at, extreme / (levels?.[0] ?? 127), true);
    const scale = view.getFloat16(at, true) || 1;
    if (levels) {
      const code = (x: number) => nearest(levels, x / scale);
      for (let j = 0; j < NIBBLES; j++) bytes[at + 2 + j] = code(block[j]!) | (code(block[j + NIBBLES]!) << 4);
    } else for (let j = 0; j < BLOCK; j++) view.setInt8(at + 2 + j, clamp(Math.round(block[j]! / scale)));
  }
  return bytes;
}

function clamp(code: number): number {
  return Math.max(-127, Math.min(127, code));
}

/** What the sixteen codes of a 4-bit format stand for before scaling: what its reader makes of them. */
function levelsOf(format: string): number[] {
  const blockFormat = BLOCK_FORMATS.get(format.toUpperCase())!;
  const staging = new Staging();
  const input = staging.input(blockFormat.bytes);
  for (let code = 0; code < NIBBLES; code++) input.bytes[2 + code] = code;
  const output = staging.output(BLOCK, 1);
  blockFormat.unpack(input, 1, output);
  return Array.from(output.codes.subarray(0, NIBBLES), (code) => code - blockFormat.encoding.zero);
}

function nearest(levels: readonly number[], x: number): number {
  let best = 0;
  for (let code = 1; code < levels.length; code++)
    if (Math.abs(levels[code]! - x) < Math.abs(levels[best]! - x)) best = code;
  return best;
}
