import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../generate/random.ts';
import { rowsToFloats } from './blocks/rows-to-floats.ts';
import { type GptqOptions, type GptqTensors, gptqMatrix } from './gptq-matrix.ts';
import { Staging } from './staging.ts';
import { memoryTensor } from './test-support.ts';

type Packed = { tensors: GptqTensors; value: (row: number, column: number) => number };

/** Random codes packed as a checkpoint packs them, and the value of each weight by the formula s·(q − z). */
function pack(rows: number, columns: number, group: number, options: GptqOptions, scaleFormat = 'F16'): Packed {
  const random = new Random(rows + columns);
  const groups = columns / group;
  const codes = Uint8Array.from({ length: rows * columns }, () => random.next() * 16);
  const zeros = Uint8Array.from({ length: groups * rows }, () => (options.symmetric ? 8 : 1 + random.next() * 15));
  const scales = new Float16Array(groups * rows).map(() => 0.01 + random.next());
  const qweight = new Uint32Array((columns / 8) * rows);
  const qzeros = new Uint32Array(groups * (rows / 8));
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) {
      const word = (i >> 3) * rows + row;
      qweight[word] = qweight[word]! | (codes[row * columns + i]! << (4 * (i & 7)));
    }
    for (let g = 0; g < groups; g++) {
      const word = g * (rows / 8) + (row >> 3);
      qzeros[word] = qzeros[word]! | ((zeros[g * rows + row]! - (options.v2 ? 0 : 1)) << (4 * (row & 7)));
    }
  }
  const scaleData = scaleFormat === 'F16' ? scales : new Float32Array(scales);
  return {
    tensors: {
      qweight: memoryTensor('x.qweight', 'I32', [columns / 8, rows], qweight),
      qzeros: memoryTensor('x.qzeros', 'I32', [groups, rows / 8], qzeros),
      scales: memoryTensor('x.scales', scaleFormat, [groups, rows], scaleData),
      gIdx: memoryTensor(
        'x.g_idx',
        'I32',
        [columns],
        Int32Array.from({ length: columns }, (_, i) => Math.floor(i / group)),
      ),
    },
    value(row, column) {
      const g = Math.floor(column / group);
      return scales[g * rows + row]! * (codes[row * columns + column]! - zeros[g * rows + row]!);
    },
  };
}

for (const symmetric of [true, false])
  for (const v2 of [true, false])
    test(`weights of ${symmetric ? 'symmetric' : 'asymmetric'} GPTQ, zero points ${v2 ? 'as they are' : 'less 1'}`, () => {
      const [rows, columns] = [24, 256];
      const { tensors, value } = pack(rows, columns, 128, { symmetric, v2 });
      const matrix = gptqMatrix(tensors, rows, columns, { symmetric, v2 }, new Staging());
      assert.deepEqual(matrix.encoding, {
        kind: 'blocks',
        bits: 4,
        group: 32,
        zero: symmetric ? 8 : 0,
        minima: !symmetric,
        scales: symmetric ? 'f16' : 'f32',
      });
      for (const [from, to] of [
        [0, 24],
        [3, 4],
        [5, 19],
        [23, 24],
      ] as const) {
        const floats = new Float32Array((to - from) * columns);
        rowsToFloats(matrix.read(from, to), matrix.encoding, columns, floats);
        floats.forEach((found, i) => {
          const expected = value(from + Math.floor(i / columns), i % columns);
          assert.ok(Math.abs(found - expected) < 1e-5, `${from} ${i}: ${found}, not ${expected}`);
        });
      }
    });

test('a matrix larger than a tile is read across tiles', () => {
  const [rows, columns] = [136, 65536];
  const options = { symmetric: true, v2: false };
  const { tensors, value } = pack(rows, columns, 32, options, 'F32');
  const matrix = gptqMatrix(tensors, rows, columns, options, new Staging());
  const floats = new Float32Array(4 * columns);
  rowsToFloats(matrix.read(126, 130), matrix.encoding, columns, floats);
  for (let i = 0; i < floats.length; i += 37) {
    const expected = value(126 + Math.floor(i / columns), i % columns);
    assert.ok(Math.abs(floats[i]! - expected) < 1e-5);
  }
});

test('what cannot be run is refused by name', () => {
  const options = { symmetric: true, v2: false };
  const make = (change: (tensors: GptqTensors) => GptqTensors, symmetric = true) =>
    gptqMatrix(change(pack(24, 256, 128, { ...options, symmetric }).tensors), 24, 256, options, new Staging());
  const shuffled = Int32Array.from({ length: 256 }, (_, i) => i % 2);
  assert.throws(
    () => make((t) => ({ ...t, gIdx: memoryTensor('x.g_idx', 'I32', [256], shuffled) })).read(0, 1),
    /x\.g_idx puts input 1 into group 1/,
  );
  assert.throws(
    () => make((t) => t, false).read(0, 24),
    /x\.qzeros has a zero point of \d+, but quantization_config says sym/,
  );
  assert.throws(
    () => make((t) => ({ ...t, qweight: { ...t.qweight, shape: [31, 24] } })),
    /x\.qweight is I32 \[31,24\], I32 \[32,24\] is expected/,
  );
  assert.throws(
    () => make((t) => ({ ...t, scales: { ...t.scales, shape: [3, 24] } })),
    /groups must be multiples of 32/,
  );
});
