import { FP8_SPAN } from './blocks/e4m3.ts';
import { rowsToFloats } from './blocks/rows-to-floats.ts';
import type { Staging } from './staging.ts';
import { type Encoding, type Rows, UNIT_SPAN, type WeightMatrix } from './weights.ts';

/**
 * Where value head n of the tiled order (read by key head n mod numKeyHeads) stands in the grouped order of Hugging
 * Face files (key head g owns heads g·r to g·r + r − 1). Null where the two are the same.
 */
export function tiledFromGrouped(numKeyHeads: number, numValueHeads: number): Int32Array | null {
  const r = numValueHeads / numKeyHeads;
  if (r === 1 || numKeyHeads === 1) return null;
  return Int32Array.from({ length: numValueHeads }, (_, n) => (n % numKeyHeads) * r + Math.floor(n / numKeyHeads));
}

/**
 * The matrix with its rows from `start` on in another order: block n of `blockRows` rows is block `order[n]` of the
 * given matrix. Rows before `start` stay.
 */
export function permuteRowBlocks(
  matrix: WeightMatrix,
  order: Int32Array,
  blockRows: number,
  start: number,
  staging: Staging,
): WeightMatrix {
  const sourceRow = (row: number): number => {
    if (row < start) return row;
    const block = Math.floor((row - start) / blockRows);
    return start + order[block]! * blockRows + ((row - start) % blockRows);
  };
  return {
    ...matrix,
    layout: matrix.layout && { kind: 'row-blocks', of: matrix.layout, order, blockRows, start },
    readStored: null,
    read(from, to) {
      let out: Rows | null = null;
      for (let row = from; row < to; ) {
        // As many rows as stand together in the file too.
        const source = sourceRow(row);
        let end = row + 1;
        while (end < to && sourceRow(end) === source + end - row) end++;
        const piece = matrix.read(source, source + end - row);
        if (row === from && end === to) return piece;
        out ??= emptyLike(piece, end - row, to - from, staging);
        const pieces = arraysOf(piece);
        arraysOf(out).forEach((array, i) => {
          const perRow = pieces[i]!.length / (end - row);
          array.set(pieces[i]!, (row - from) * perRow);
        });
        row = end;
      }
      return out ?? matrix.read(from, to);
    },
  };
}

/**
 * The matrix with its columns in another order, or some of them only: block n of `blockColumns` columns is block
 * `order[n]` of the given matrix. Scales move along where groups do not straddle blocks; otherwise the weights become f32.
 */
export function permuteColumnBlocks(
  matrix: WeightMatrix,
  order: ArrayLike<number>,
  blockColumns: number,
  staging: Staging,
): WeightMatrix {
  const movable = blockColumns % groupOf(matrix.encoding) === 0;
  const source = movable ? matrix : asFloats(matrix, staging);
  const blocks = matrix.columns / blockColumns;
  return {
    ...source,
    storedBytes: (source.storedBytes * order.length) / blocks,
    columns: order.length * blockColumns,
    layout: matrix.layout && { kind: 'column-blocks', of: matrix.layout, order, blockColumns },
    readStored: null,
    read(from, to) {
      const rows = to - from;
      const piece = source.read(from, to);
      const out = emptyLike(piece, rows * blocks, rows * order.length, staging);
      const pieces = arraysOf(piece);
      arraysOf(out).forEach((array, i) => {
        const perBlock = pieces[i]!.length / rows / blocks;
        for (let row = 0; row < rows; row++)
          for (let n = 0; n < order.length; n++) {
            const block = (row * blocks + order[n]!) * perBlock;
            array.set(pieces[i]!.subarray(block, block + perBlock), (row * order.length + n) * perBlock);
          }
      });
      return out;
    },
  };
}

/** Neighbours along a row that share a scale or its unit. */
function groupOf(encoding: Encoding): number {
  if (encoding.kind === 'blocks') return encoding.scales === 'units' ? UNIT_SPAN : encoding.group;
  return encoding.kind === 'fp8' ? FP8_SPAN : 1;
}

/** The same weights, read as f32. */
function asFloats(matrix: WeightMatrix, staging: Staging): WeightMatrix {
  return {
    ...matrix,
    encoding: { kind: 'f32' },
    roundsActivations: false,
    read(from, to) {
      const count = (to - from) * matrix.columns;
      const values = new Float32Array(staging.permuted(FLOATS, count * 4), 0, count);
      rowsToFloats(matrix.read(from, to), matrix.encoding, matrix.columns, values);
      return { kind: 'f32', values };
    },
  };
}

/** Slots of the staging's second buffers: up to five arrays of rows, and decoded floats. */
const FLOATS = 5;

type RowArray = Float32Array | Uint16Array | Uint8Array | Int8Array;

/** The arrays that rows consist of, each with the same number of elements a row. */
function arraysOf(rows: Rows): RowArray[] {
  switch (rows.kind) {
    case 'f32':
      return [rows.values];
    case 'f16':
    case 'bf16':
      return [rows.bits];
    case 'fp8':
      return [rows.codes, rows.scales];
    case 'blocks':
      return [rows.codes, rows.scales, rows.minima, rows.units?.scales, rows.units?.minima].filter((array) => !!array);
  }
}

/** Room for `count` rows (or blocks of them) of the kind of these, of which there are `have`, in the staging's second buffers. */
function emptyLike(rows: Rows, have: number, count: number, staging: Staging): Rows {
  const sizeOf = (array: RowArray) => (array.length / have) * count;
  const floats = (array: Float32Array, slot: number) =>
    new Float32Array(staging.permuted(slot, sizeOf(array) * 4), 0, sizeOf(array));
  switch (rows.kind) {
    case 'f32':
      return { kind: 'f32', values: floats(rows.values, 0) };
    case 'f16':
    case 'bf16': {
      const size = sizeOf(rows.bits);
      return { kind: rows.kind, bits: new Uint16Array(staging.permuted(0, size * 2), 0, size) };
    }
    case 'fp8': {
      const size = sizeOf(rows.codes);
      return { kind: 'fp8', codes: new Uint8Array(staging.permuted(0, size), 0, size), scales: floats(rows.scales, 1) };
    }
    case 'blocks': {
      const size = sizeOf(rows.codes);
      const codes = new Int8Array(staging.permuted(0, size), 0, size);
      return {
        kind: 'blocks',
        codes,
        scales: floats(rows.scales, 1),
        minima: rows.minima && floats(rows.minima, 2),
        units: rows.units && {
          scales: floats(rows.units.scales, 3),
          minima: rows.units.minima && floats(rows.units.minima, 4),
        },
      };
    }
  }
}
