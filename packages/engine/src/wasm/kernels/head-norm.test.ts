import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { l2Norm } from '../../reference/kernels/norm.ts';
import { headNormKernel } from './head-norm.ts';
import { assertNear, benchOf, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';

describe('head norm', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin and leaves other numbers alone, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const [heads, headDim] of [
        [1, 4],
        [2, 7],
        [3, 16],
        [1, 18],
        [16, 128],
        [5, 33],
      ] as const)
        for (const scale of [1, 1 / Math.sqrt(headDim)]) {
          // Other numbers of the row follow the heads, as keys follow queries.
          const width = heads * headDim + 3;
          const rowStride = strideOf(width);
          const bench = benchOf(headNormKernel({ headDim, rowStride, scale }), revectorize);
          const rows = randomRows(3, width, headDim, 2);
          // Small numbers, where 1e-6 counts, and none.
          rows[0] = rows[0]!.map((x) => x * 1e-3);
          rows[1]!.fill(0);
          placeRows(bench, 0, rowStride, rows);
          const normHeads = (count: number) => {
            for (let h = 0; h < heads; h++) bench.run(h * headDim * 4, count);
          };
          normHeads(3);
          const expected = rows.map((row) => {
            const out = row.slice();
            for (let h = 0; h < heads; h++) l2Norm(out.subarray(h * headDim, (h + 1) * headDim), scale);
            return out;
          });
          const got = readRows(bench, 0, rowStride, width, 3);
          got.forEach((row, r) => {
            assert.deepEqual(row.slice(-3), expected[r]!.slice(-3));
          });
          const headsOf = (list: Float32Array[]) => list.map((row) => row.slice(0, -3));
          assertNear(headsOf(got), headsOf(expected), 1e-6, `${heads} heads of ${headDim}`);
          const wanted = got[2]!;
          placeRows(bench, 0, rowStride, rows.slice(2));
          normHeads(1);
          assert.deepEqual(readRows(bench, 0, rowStride, width, 1)[0], wanted, 'alone = in company');
        }
    });
});
