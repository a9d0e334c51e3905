import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreIds } from './score-ids.ts';

test('each seed has random ids of its own, or the same conversations in another order', () => {
  assert.deepEqual(scoreIds('0.8b', 1), scoreIds('0.8b', 1));
  assert.notDeepEqual(scoreIds('0.8b', 1), scoreIds('0.8b', 2));
  const [first, second] = [1, 2].map((seed) => scoreIds('trained', seed));
  assert.notDeepEqual(first, second);
  assert.deepEqual(first!.flat().sort(), second!.flat().sort());
  assert.ok(first!.flat().length > 10_000);
  assert.ok(first!.every((ids) => ids.length <= 1024));
});
