import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rmsNorm } from '../../reference/kernels/norm.ts';
import { assertNear, type Bench, benchOf, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';
import { type NormShape, rmsNormKernel } from './norm.ts';

const AT = { input: 0, weight: 256 * 1024, out: 384 * 1024 };
const EPS = 1e-6;

function shapeOf(width: number): NormShape {
  return { width, inputStride: strideOf(width), outStride: strideOf(width) + 64, eps: EPS };
}

function run(bench: Bench, { width, inputStride, outStride }: NormShape, rows: Float32Array[], weight: Float32Array) {
  placeRows(bench, AT.input, inputStride, rows);
  placeRows(bench, AT.weight, strideOf(width), [weight]);
  bench.run(AT.input, AT.weight, AT.out, rows.length);
  return readRows(bench, AT.out, outStride, width, rows.length);
}

describe('rms norm', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const width of [1, 3, 4, 5, 15, 16, 17, 64, 67, 131, 1024, 1029]) {
        const bench = benchOf(rmsNormKernel(shapeOf(width)), revectorize);
        const [weight] = randomRows(1, width, 5) as [Float32Array];
        for (const count of [1, 2, 5]) {
          const rows = randomRows(count, width, width + count, 3);
          const expected = rows.map((row) => {
            const out = new Float32Array(width);
            rmsNorm(row, weight, EPS, out);
            return out;
          });
          assertNear(run(bench, shapeOf(width), rows, weight), expected, 1e-6, `width ${width}`);
        }
      }
    });

  test('handles rows of zeros, tiny and huge numbers', () => {
    const bench = benchOf(rmsNormKernel(shapeOf(20)), true);
    const weight = new Float32Array(20).fill(2);
    const rows = [0, 1e-12, 1e-3, 1e15].map((size) => new Float32Array(20).fill(size));
    const expected = rows.map((row) => {
      const out = new Float32Array(20);
      rmsNorm(row, weight, EPS, out);
      return out;
    });
    assertNear(run(bench, shapeOf(20), rows, weight), expected, 1e-6, 'sizes');
  });

  test('a row has the same bits alone, in company, fused and in place', () => {
    const shape = shapeOf(67);
    const rows = randomRows(4, 67, 1);
    const [weight] = randomRows(1, 67, 2) as [Float32Array];
    const [plain, fused] = [false, true].map((revectorize) => benchOf(rmsNormKernel(shape), revectorize));
    const expected = run(plain!, shape, rows, weight);
    assert.deepEqual(run(fused!, shape, rows, weight), expected);
    rows.forEach((row, r) => {
      assert.deepEqual(run(fused!, shape, [row], weight)[0], expected[r]);
    });
    const inPlace = benchOf(rmsNormKernel({ ...shape, outStride: shape.inputStride }), true);
    placeRows(inPlace, AT.input, shape.inputStride, rows);
    placeRows(inPlace, AT.weight, strideOf(67), [weight]);
    inPlace.run(AT.input, AT.weight, AT.input, 4);
    assert.deepEqual(readRows(inPlace, AT.input, shape.inputStride, 67, 4), expected);
  });
});
