import { rowsToFloats } from '../checkpoint/blocks/rows-to-floats.ts';
import type { WeightMatrix } from '../checkpoint/weights.ts';

/** Rows read at a time: about a MiB of floats. */
const STAGING_FLOATS = 1 << 18;

/** A whole matrix as f32, [rows, columns]. */
export function decodeMatrix(matrix: WeightMatrix): Float32Array {
  const { rows, columns } = matrix;
  const floats = new Float32Array(rows * columns);
  const step = Math.max(1, Math.floor(STAGING_FLOATS / columns));
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(from + step, rows);
    rowsToFloats(matrix.read(from, to), matrix.encoding, columns, floats.subarray(from * columns, to * columns));
  }
  return floats;
}
