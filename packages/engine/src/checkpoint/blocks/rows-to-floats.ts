import { type Encoding, type Rows, UNIT_SPAN } from '../weights.ts';
import { E4M3, FP8_SPAN } from './e4m3.ts';
import { HALF_TO_FLOAT } from './half.ts';

/**
 * Whole rows of `columns` weights as f32, into `out`: what every kernel that works on encoded weights must agree with.
 * `encoding` is that of the matrix the rows come from.
 */
export function rowsToFloats(rows: Rows, encoding: Encoding, columns: number, out: Float32Array): void {
  switch (rows.kind) {
    case 'f32':
      out.set(rows.values);
      return;
    case 'f16':
      for (let i = 0; i < rows.bits.length; i++) out[i] = HALF_TO_FLOAT[rows.bits[i]!]!;
      return;
    case 'bf16': {
      const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
      for (let i = 0; i < rows.bits.length; i++) words[i] = rows.bits[i]! << 16;
      return;
    }
    case 'fp8': {
      const spans = Math.ceil(columns / FP8_SPAN);
      for (let i = 0, row = 0; i < rows.codes.length; row++)
        for (let column = 0; column < columns; column++, i++)
          out[i] = E4M3[rows.codes[i]!]! * rows.scales[row * spans + Math.floor(column / FP8_SPAN)]!;
      return;
    }
    case 'blocks': {
      if (encoding.kind !== 'blocks') throw new TypeError(`blocks in a matrix of encoding ${encoding.kind}`);
      const { group, zero } = encoding;
      for (let i = 0, g = 0; i < rows.codes.length; g++) {
        const unit = Math.floor(i / UNIT_SPAN);
        const scale = rows.scales[g]! * (rows.units ? rows.units.scales[unit]! : 1);
        const min = rows.minima ? rows.minima[g]! * (rows.units?.minima ? rows.units.minima[unit]! : 1) : 0;
        for (const end = i + group; i < end; i++) out[i] = scale * (rows.codes[i]! - zero) + min;
      }
    }
  }
}
