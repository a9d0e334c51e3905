import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axpyKernel } from './axpy.ts';
import { benchOf, distance, noise } from './kernel-test.ts';

test('axpy equals y + scale · x', () => {
  const random = noise(5);
  for (const width of [1, 3, 4, 16, 19, 131])
    for (const revectorize of [false, true]) {
      const bench = benchOf(axpyKernel({ width }), revectorize);
      bench.floats.fill(Number.NaN);
      const [x, y] = [bench.floats.subarray(0, width), bench.floats.subarray(1024, 1024 + width)];
      for (const array of [x, y])
        array.forEach((_, i) => {
          array[i] = random();
        });
      const wanted = y.map((value, i) => value + Math.fround(0.7) * x[i]!);
      bench.run(0, 4096, 0.7);
      assert.ok(distance(y, wanted) < 1e-6, `width ${width}`);
      assert.ok(Number.isNaN(bench.floats[width]!) && Number.isNaN(bench.floats[1024 + width]!));
    }
});
