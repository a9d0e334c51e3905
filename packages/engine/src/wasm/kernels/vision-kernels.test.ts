import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { geluTanh } from '../../reference/kernels/gelu.ts';
import { layerNorm } from '../../reference/kernels/norm.ts';
import type { Func } from '../assembler/index.ts';
import { addBiasKernel } from './add-bias.ts';
import { geluKernel } from './gelu.ts';
import { assertNear, type Bench, benchOf, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';
import { layerNormKernel } from './layer-norm.ts';
import { SOFTEN_STATE_BYTES, softenKernel } from './soften.ts';

const AT = { first: 0, second: 256 * 1024, third: 384 * 1024, fourth: 512 * 1024 };

/** Runs a kernel plain and fused; both must give the same bits. */
function onBoth(kernel: Func, use: (bench: Bench) => Float32Array[]): Float32Array[] {
  const [plain, fused] = [false, true].map((revectorize) => use(benchOf(kernel, revectorize)));
  assert.deepEqual(fused, plain);
  return plain!;
}

describe('kernels of the vision tower equal their scalar twins, fused or not', () => {
  test('layer norm', () => {
    for (const width of [1, 3, 5, 16, 17, 72, 131, 768])
      for (const count of [1, 3]) {
        const stride = strideOf(width);
        const rows = randomRows(count, width, width + count, 3).map((row) => row.map((x) => x + 2));
        const [weight, bias] = randomRows(2, width, 9) as [Float32Array, Float32Array];
        const got = onBoth(
          layerNormKernel({ width, inputStride: stride, outStride: stride + 64, eps: 1e-6 }),
          (bench) => {
            placeRows(bench, AT.first, stride, rows);
            placeRows(bench, AT.second, stride, [weight]);
            placeRows(bench, AT.third, stride, [bias]);
            bench.run(AT.first, AT.second, AT.third, AT.fourth, count);
            return readRows(bench, AT.fourth, stride + 64, width, count);
          },
        );
        const expected = rows.map((row) => {
          const out = new Float32Array(width);
          layerNorm(row, { weight, bias }, 1e-6, out);
          return out;
        });
        assertNear(got, expected, 2e-6, `width ${width}`);
      }
  });

  test('gelu by tanh', () => {
    for (const width of [1, 4, 7, 16, 67, 256]) {
      const stride = strideOf(width);
      const rows = randomRows(2, width, width, 4);
      const got = onBoth(geluKernel({ width, stride }), (bench) => {
        placeRows(bench, AT.first, stride, rows);
        bench.run(AT.first, 2);
        return readRows(bench, AT.first, stride, width, 2);
      });
      const expected = rows.map((row) => row.map(geluTanh));
      assertNear(got, expected, 1e-6, `width ${width}`);
    }
  });

  test('biases', () => {
    const [rows, [bias]] = [randomRows(3, 48, 1), randomRows(1, 48, 2)];
    const got = onBoth(addBiasKernel({ outStride: strideOf(48) }), (bench) => {
      placeRows(bench, AT.first, strideOf(48), rows);
      placeRows(bench, AT.second, strideOf(48), [bias!]);
      bench.run(AT.first, AT.second, 3, 3);
      return readRows(bench, AT.first, strideOf(48), 48, 3);
    });
    assert.deepEqual(
      got,
      rows.map((row) => row.map((x, i) => x + bias![i]!)),
    );
  });

  test('a softmax over blocks of scores is the softmax over all', () => {
    const [keys, width, count, blocks] = [32, 16, 3, 4];
    const scores = randomRows(count, keys * blocks, 5, 9);
    const [shares, state] = [[] as Float32Array[], [] as Float32Array[]];
    const got = onBoth(softenKernel({ keys, width }), (bench) => {
      placeRows(
        bench,
        AT.second,
        width * 4,
        randomRows(count, width, 1).map((row) => row.fill(1)),
      );
      placeRows(
        bench,
        AT.third,
        SOFTEN_STATE_BYTES,
        scores.map(() => Float32Array.of(-1e30, 0, 0, 0)),
      );
      shares.length = 0;
      for (let block = 0; block < blocks; block++) {
        placeRows(
          bench,
          AT.first,
          keys * 4,
          scores.map((row) => row.slice(block * keys, (block + 1) * keys)),
        );
        bench.run(AT.first, AT.second, AT.third, count);
        shares.push(...readRows(bench, AT.first, keys * 4, keys, count));
      }
      state.splice(0, count, ...readRows(bench, AT.third, SOFTEN_STATE_BYTES, 4, count));
      return readRows(bench, AT.second, width * 4, width, count);
    });
    for (const [r, row] of scores.entries()) {
      const most = Math.max(...row);
      assert.equal(state[r]![0], most);
      const total = row.reduce((sum, x) => sum + 2 ** (x - most), 0);
      assert.ok(Math.abs(state[r]![1]! / total - 1) < 1e-6);
      // Sums that stood before the first block have vanished beside it.
      assert.ok(got[r]!.every((x) => x < 1e-30));
      // Shares of the last block are those of the whole.
      const last = shares[(blocks - 1) * count + r]!;
      last.forEach((share, i) => {
        assert.ok(Math.abs(share - 2 ** (row[(blocks - 1) * keys + i]! - most)) < 1e-6);
      });
    }
  });
});
