import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './random.ts';
import { selectTop } from './select-top.ts';

test('selects like a full sort, ties to the lower id', () => {
  const random = new Random(5);
  for (const length of [1, 2, 7, 100, 3000])
    for (const count of [0, 1, 3, 20, 5000]) {
      const values = Float32Array.from({ length }, () => Math.round(random.next() * 50));
      const sorted = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
      assert.deepEqual(selectTop(values, count), sorted.slice(0, count), `${count} of ${length}`);
    }
});

test('NaN and ids past the length are never chosen', () => {
  const values = Float32Array.of(Number.NaN, 1, Number.NaN, 3, 2, 9);
  assert.deepEqual(selectTop(values, 4, 5), [3, 4, 1]);
  assert.deepEqual(selectTop(Float32Array.of(Number.NaN), 1), []);
});
