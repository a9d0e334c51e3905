import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gatedNorm } from '../../reference/kernels/delta-rule.ts';
import { gatedNormKernel } from './gated-norm.ts';
import { assertNear, benchOf, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';

const AT = { x: 0, z: 256 * 1024, weight: 512 * 1024 };

describe('gated norm', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const headDim of [1, 4, 6, 8, 16, 27, 64, 128]) {
        const [xStride, zStride] = [strideOf(headDim), strideOf(headDim) + 64];
        const bench = benchOf(gatedNormKernel({ headDim, xStride, zStride, eps: 1e-6 }), revectorize);
        const [xs, zs] = [randomRows(4, headDim, 1), randomRows(4, headDim, 2, 5)];
        const [weight] = randomRows(1, headDim, 3) as [Float32Array];
        // Small numbers, where eps counts, and none.
        xs[0] = xs[0]!.map((x) => x * 1e-3);
        xs[1]!.fill(0);
        const place = (from: number) => {
          placeRows(bench, AT.x, xStride, xs.slice(from));
          placeRows(bench, AT.z, zStride, zs.slice(from));
        };
        placeRows(bench, AT.weight, xStride, [weight]);
        place(0);
        bench.run(AT.x, AT.z, AT.weight, 4);
        const got = readRows(bench, AT.x, xStride, headDim, 4);
        const expected = xs.map((row, r) => {
          const x = row.slice();
          gatedNorm(x, zs[r]!, weight, 1e-6);
          return x;
        });
        assertNear(got, expected, 2e-6, `heads of ${headDim}`);
        place(3);
        bench.run(AT.x, AT.z, AT.weight, 1);
        assert.deepEqual(readRows(bench, AT.x, xStride, headDim, 1)[0], got[3], 'alone = in company');
      }
    });
});
