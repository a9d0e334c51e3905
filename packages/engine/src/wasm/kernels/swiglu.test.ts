import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { swiglu } from '../../reference/kernels/activations.ts';
import { assertNear, benchOf, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';
import { swigluKernel } from './swiglu.ts';

const AT = { gate: 0, up: 256 * 1024, out: 512 * 1024 };

describe('swiglu', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const width of [1, 3, 4, 7, 8, 16, 30, 67, 256])
        for (const count of [1, 3]) {
          const strides = {
            gateStride: strideOf(width),
            upStride: strideOf(width) + 64,
            outStride: strideOf(width) + 128,
          };
          const bench = benchOf(swigluKernel({ width, ...strides }), revectorize);
          const [gates, ups] = [randomRows(count, width, 1, 6), randomRows(count, width, 2)];
          placeRows(bench, AT.gate, strides.gateStride, gates);
          placeRows(bench, AT.up, strides.upStride, ups);
          bench.run(AT.gate, AT.up, AT.out, count);
          const expected = gates.map((gate, r) => {
            const out = new Float32Array(width);
            swiglu(gate, ups[r]!, out);
            return out;
          });
          assertNear(readRows(bench, AT.out, strides.outStride, width, count), expected, 1e-6, `width ${width}`);
        }
    });

  test('writes over its gate, with the bits it gives elsewhere', () => {
    const stride = strideOf(21);
    const bench = benchOf(swigluKernel({ width: 21, gateStride: stride, upStride: stride, outStride: stride }), true);
    const [gates, ups] = [randomRows(2, 21, 3, 4), randomRows(2, 21, 4)];
    placeRows(bench, AT.gate, stride, gates);
    placeRows(bench, AT.up, stride, ups);
    bench.run(AT.gate, AT.up, AT.out, 2);
    const expected = readRows(bench, AT.out, stride, 21, 2);
    bench.run(AT.gate, AT.up, AT.gate, 2);
    assert.deepEqual(readRows(bench, AT.gate, stride, 21, 2), expected);
  });

  test('stays finite at the ends of the range', () => {
    const gates = [-1e30, -1000, -88, -0, 0, 88, 1000, 1e30];
    const bench = benchOf(swigluKernel({ width: 8, gateStride: 64, upStride: 64, outStride: 64 }), false);
    placeRows(bench, AT.gate, 64, [Float32Array.from(gates)]);
    placeRows(bench, AT.up, 64, [new Float32Array(8).fill(1)]);
    bench.run(AT.gate, AT.up, AT.out, 1);
    const [out] = readRows(bench, AT.out, 64, 8, 1) as [Float32Array];
    gates.forEach((gate, i) => {
      const expected = gate > 0 ? gate : gate < -80 ? 0 : gate / 2;
      assert.ok(Math.abs(out[i]! - expected) <= Math.abs(gate) * 1e-6, `silu(${gate}) is ${out[i]}`);
    });
  });
});
