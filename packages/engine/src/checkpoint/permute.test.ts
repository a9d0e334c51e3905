import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../generate/random.ts';
import { decodeMatrix } from '../reference/decode-matrix.ts';
import { rowsToFloats } from './blocks/rows-to-floats.ts';
import { fp8Matrix } from './fp8-matrix.ts';
import { permuteColumnBlocks, permuteRowBlocks, tiledFromGrouped } from './permute.ts';
import { Staging } from './staging.ts';
import { storedMatrix } from './stored-matrix.ts';
import { memoryTensor } from './test-support.ts';
import type { WeightMatrix } from './weights.ts';

test('tiled order: head n is read by key head n mod k', () => {
  assert.equal(tiledFromGrouped(16, 16), null);
  assert.equal(tiledFromGrouped(1, 4), null);
  assert.deepEqual([...tiledFromGrouped(2, 4)!], [0, 2, 1, 3]);
  assert.deepEqual([...tiledFromGrouped(2, 6)!], [0, 3, 1, 4, 2, 5]);
  const order = tiledFromGrouped(16, 48)!;
  assert.deepEqual([...order.slice(0, 3), ...order.slice(15, 18)], [0, 3, 6, 45, 1, 4]);
  order.forEach((head, n) => {
    assert.equal(Math.floor(head / 3), n % 16);
  });
});

/** A random matrix of 2·3·blockRows rows and 6·blockColumns columns in each encoding. */
function matrices(rows: number, columns: number, staging: Staging): WeightMatrix[] {
  const random = new Random(rows * 1000 + columns);
  const bytes = (count: number) => new Uint8Array(count).map(() => random.next() * 120);
  const found = [
    storedMatrix(
      memoryTensor(
        'f32',
        'F32',
        [rows, columns],
        Float32Array.from({ length: rows * columns }, () => random.next()),
      ),
      rows,
      columns,
      staging,
    ),
    storedMatrix(memoryTensor('bf16', 'BF16', [rows, columns], bytes(rows * columns * 2)), rows, columns, staging),
    storedMatrix(memoryTensor('f16', 'F16', [rows, columns], bytes(rows * columns * 2)), rows, columns, staging),
    fp8Matrix(
      memoryTensor('fp8', 'F8_E4M3', [rows, columns], bytes(rows * columns)),
      memoryTensor(
        'scale',
        'F32',
        [Math.ceil(rows / 128), Math.ceil(columns / 128)],
        Float32Array.from({ length: Math.ceil(rows / 128) * Math.ceil(columns / 128) }, () => random.next()),
      ),
      rows,
      columns,
      staging,
    ),
  ];
  for (const [format, size] of [
    ['Q8_0', 34],
    ['Q4_1', 20],
  ] as const)
    if (columns % 32 === 0)
      found.push(
        storedMatrix(
          memoryTensor(format, format, [rows, columns], bytes((rows * columns * size) / 32)),
          rows,
          columns,
          staging,
        ),
      );
  return found;
}

const order = tiledFromGrouped(2, 6)!;

for (const [blockRows, blockColumns] of [
  [4, 8],
  [1, 32],
  [5, 128],
  [2, 16],
] as const) {
  test(`blocks of ${blockRows} rows and ${blockColumns} columns move with their scales`, () => {
    const staging = new Staging();
    const start = 7;
    const rows = start + 6 * blockRows;
    const columns = 6 * blockColumns;
    for (const matrix of matrices(rows, columns, staging)) {
      const plain = decodeMatrix(matrix);
      const byRows = permuteRowBlocks(matrix, order, blockRows, start, staging);
      const byColumns = permuteColumnBlocks(matrix, order, blockColumns, staging);
      for (const [from, to] of [
        [0, rows],
        [3, start + 2],
        [start + 1, rows - 1],
        [rows - 1, rows],
      ] as const) {
        const floats = new Float32Array((to - from) * columns);
        rowsToFloats(byRows.read(from, to), byRows.encoding, columns, floats);
        for (let row = from; row < to; row++) {
          const block = Math.floor((row - start) / blockRows);
          const source = row < start ? row : start + order[block]! * blockRows + ((row - start) % blockRows);
          assert.deepEqual(
            floats.subarray((row - from) * columns, (row - from + 1) * columns),
            plain.subarray(source * columns, (source + 1) * columns),
            `${matrix.storedAs} row ${row} of ${from} to ${to}`,
          );
        }
        rowsToFloats(byColumns.read(from, to), byColumns.encoding, columns, floats);
        floats.forEach((value, i) => {
          const row = from + Math.floor(i / columns);
          const column = i % columns;
          const source = order[Math.floor(column / blockColumns)]! * blockColumns + (column % blockColumns);
          assert.equal(value, plain[row * columns + source], `${matrix.storedAs} row ${row} column ${column}`);
        });
      }
    }
  });
}

test('columns that straddle scales become f32, others keep their encoding', () => {
  const staging = new Staging();
  const kinds = (blockColumns: number) =>
    matrices(2, 6 * blockColumns, staging).map(
      (m) => permuteColumnBlocks(m, order, blockColumns, staging).encoding.kind,
    );
  assert.deepEqual(kinds(128), ['f32', 'bf16', 'f16', 'fp8', 'blocks', 'blocks']);
  assert.deepEqual(kinds(16), ['f32', 'bf16', 'f16', 'f32', 'f32', 'f32']);
});

test('some of the columns alone are those of the whole', () => {
  const staging = new Staging();
  for (const blockColumns of [128, 16])
    for (const matrix of matrices(9, 6 * blockColumns, staging)) {
      const plain = decodeMatrix(matrix);
      const some = permuteColumnBlocks(matrix, [4, 1], blockColumns, staging);
      assert.deepEqual([some.rows, some.columns, some.storedBytes], [9, 2 * blockColumns, matrix.storedBytes / 3]);
      decodeMatrix(some).forEach((value, i) => {
        const [row, column] = [Math.floor(i / some.columns), i % some.columns];
        const source = (column < blockColumns ? 4 : 0) * blockColumns + column;
        assert.equal(value, plain[row * matrix.columns + source], `${matrix.storedAs} row ${row} column ${column}`);
      });
    }
});
