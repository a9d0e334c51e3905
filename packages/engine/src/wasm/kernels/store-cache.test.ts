import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CacheFormat, cacheLayout, keyOffset, valueOffset } from '../cache-format.ts';
import { readKey, readValue, rounded } from './cache-test.ts';
import { benchOf, noise, placeRows, randomRows } from './kernel-test.ts';
import { storeKeyKernel, storeValueKernel } from './store-cache.ts';

const AT = 64 * 1024;

/** Numbers around every edge of a half: subnormals, ties to even, the largest, and beyond. */
const awkward = [
  ...[0, -0, 2 ** -24, 2 ** -25, 1.5 * 2 ** -25, 3 * 2 ** -25, 2 ** -14, 2 ** -14 - 2 ** -25, -(2 ** -15), 1e-30],
  ...[1 + 2 ** -11, 1 + 3 * 2 ** -11, -1 - 2 ** -11, 2047.5, 2048.5, 65504, 65519.99, -65504, 1 / 3, -Math.PI],
];

describe('keys and values go to the cache', () => {
  for (const cache of ['f16', 'f32'] as CacheFormat[])
    for (const headDim of [4, 8, 12, 20, 64, 256])
      test(`${cache}, heads of ${headDim}`, () => {
        const layout = cacheLayout(cache, headDim);
        const [storeKey, storeValue] = [storeKeyKernel, storeValueKernel].map((make) =>
          benchOf(make({ headDim, cache }), true),
        ) as [ReturnType<typeof benchOf>, ReturnType<typeof benchOf>];
        for (const token of [0, 1, 15, 16, 37, 63]) {
          const [row] = randomRows(1, headDim, token + headDim, 3) as [Float32Array];
          for (let i = 0; i < headDim; i += 2) row[i] = awkward[(i + token) % awkward.length]!;
          placeRows(storeKey, 0, headDim * 4, [row]);
          placeRows(storeValue, 0, headDim * 4, [row]);
          storeKey.run(0, AT + keyOffset(layout, token));
          storeValue.run(0, AT + valueOffset(layout, token));
          assert.deepEqual(readKey(storeKey, layout, AT, token), rounded(layout, row), `key ${token}`);
          assert.deepEqual(readValue(storeValue, layout, AT, token), rounded(layout, row), `value ${token}`);
        }
      });

  test('what is too large for a half becomes the largest', () => {
    const layout = cacheLayout('f16', 4);
    const bench = benchOf(storeKeyKernel({ headDim: 4, cache: 'f16' }), true);
    placeRows(bench, 0, 16, [Float32Array.of(1e6, -1e6, 65520, 3e38)]);
    bench.run(0, AT);
    assert.deepEqual([...readKey(bench, layout, AT, 0)], [65504, -65504, 65504, 65504]);
  });

  test('rounds random numbers of every size like the platform', () => {
    const headDim = 256;
    const layout = cacheLayout('f16', headDim);
    const bench = benchOf(storeValueKernel({ headDim, cache: 'f16' }), true);
    const random = noise(5);
    for (let turn = 0; turn < 50; turn++) {
      const row = Float32Array.from({ length: headDim }, () => random() * 2 ** (random() * 10));
      for (let i = 0; i < headDim; i++) row[i] = Math.max(-65504, Math.min(65504, row[i]!));
      placeRows(bench, 0, headDim * 4, [row]);
      bench.run(0, AT);
      assert.deepEqual(readValue(bench, layout, AT, 0), rounded(layout, row));
    }
  });

  test('touches nothing of the other tokens', () => {
    for (const cache of ['f16', 'f32'] as CacheFormat[]) {
      const headDim = 32;
      const layout = cacheLayout(cache, headDim);
      for (const [make, offset, read] of [
        [storeKeyKernel, keyOffset, readKey],
        [storeValueKernel, valueOffset, readValue],
      ] as const) {
        const bench = benchOf(make({ headDim, cache }), true);
        const rows = randomRows(64, headDim, 9);
        rows.forEach((row, token) => {
          placeRows(bench, 0, headDim * 4, [row]);
          bench.run(0, AT + offset(layout, token));
        });
        rows.forEach((row, token) => {
          assert.deepEqual(read(bench, layout, AT, token), rounded(layout, row), `${cache} ${token}`);
        });
        const end = (AT + layout.headBytes) / 4;
        assert.ok(bench.floats.subarray(end, end + 64).every((x) => x === 0));
      }
    }
  });
});
