import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { normAndRotate } from '../../reference/kernels/rope.ts';
import { assertNear, benchOf, placeRows, randomRows, readRows } from './kernel-test.ts';
import { ropeKernel } from './rope.ts';

const AT = { head: 0, weight: 4096, cos: 8192, sin: 12288, out: 16384 };

describe('norm and rotation of a head', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const [headDim, ropeDim] of [
        [256, 64],
        [16, 4],
        [16, 16],
        [20, 6],
        [37, 14],
        [12, 2],
      ] as const) {
        const bench = benchOf(ropeKernel({ headDim, ropeDim, eps: 1e-6 }), revectorize);
        const [head, weight] = randomRows(2, headDim, ropeDim, ropeDim % 4 ? 3 : 1e-2) as [Float32Array, Float32Array];
        const angles = Float32Array.from({ length: ropeDim / 2 }, (_, i) => 12345 / 3 ** i);
        const [cos, sin] = [angles.map(Math.cos), angles.map(Math.sin)];
        const expected = new Float32Array(headDim);
        normAndRotate(head, weight, 1e-6, cos, sin, expected);
        for (const [at, row] of [
          [AT.head, head],
          [AT.weight, weight],
          [AT.cos, cos],
          [AT.sin, sin],
        ] as const)
          placeRows(bench, at, 2048, [row]);
        bench.run(AT.head, AT.weight, AT.cos, AT.sin, AT.out);
        const got = readRows(bench, AT.out, 0, headDim, 1);
        assertNear(got, [expected], 1e-6, `${ropeDim} of ${headDim}`);
        assert.deepEqual(readRows(bench, AT.head, 0, headDim, 1), [head], 'the head itself stays');
        bench.run(AT.head, AT.weight, AT.cos, AT.sin, AT.head);
        assert.deepEqual(readRows(bench, AT.head, 0, headDim, 1), got, 'in place = elsewhere');
      }
    });
});
