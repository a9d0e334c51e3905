import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, quantile, spread } from './statistics.ts';

test('quantiles lie between neighbours, whatever the order', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([7]), 7);
  assert.equal(quantile([10, 30, 20, 50, 40], 0.25), 20);
  assert.equal(quantile([1, 2], 0.75), 1.75);
  assert.equal(quantile([1, 2, 3], 1), 3);
  assert.throws(() => median([]), RangeError);
});

test('the spread is that of the middle half', () => {
  assert.equal(spread([100, 100, 100]), 0);
  assert.equal(spread([90, 100, 110]), 0.1);
  assert.equal(spread([98, 99, 100, 101, 1000]), 0.02);
});
