import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkpointPlaces } from './checkpoint-places.ts';
import { fakeModel } from './fake-model.ts';
import type { PrefixCache, PrefixKey } from './prefix-cache.ts';
import { readPrefix, writePrefix } from './prefix-file.ts';

type Model = ReturnType<typeof fakeModel>;

function absorbed({ states }: Model, ids: number[]) {
  const state = states.create();
  states.runBatch([{ state, ids, outputs: 'none' }]);
  return state;
}

/** Remembers a prompt, and holds nothing else of it. */
function remember(model: Model, cache: PrefixCache, key: (number | string)[]): void {
  cache.adopt(key, absorbed(model, key.map(Number)));
}

function served(model: Model, cache: PrefixCache, prompt: PrefixKey): number {
  const state = cache.fork(prompt);
  const length = state?.length ?? 0;
  if (state) model.states.drop(state);
  return length;
}

test('a prompt is served the longest beginning that is kept, never all of it, never more', () => {
  const model = fakeModel({ cachedPrefixes: 4, cacheTokens: 640 });
  for (const key of [[1, 2], [1, 2, 3, 4], [1, 2, 9], [7]]) remember(model, model.cache, key);
  assert.equal(served(model, model.cache, [1, 2, 3, 4, 5]), 4);
  assert.equal(served(model, model.cache, [1, 2, 3, 4]), 2);
  assert.equal(served(model, model.cache, [1, 2, 9, 9]), 3);
  assert.equal(served(model, model.cache, [2, 1, 3]), 0);
  assert.equal(served(model, model.cache, [7]), 0);
  assert.equal(model.cache.matchedLength([1, 2, 3, 4, 5]), 4);
});

test('places that are no text are told apart by what they hold', () => {
  const model = fakeModel({ cachedPrefixes: 4 });
  const key = [1, 'picture a', 2];
  model.cache.adopt(key, absorbed(model, [1, 5, 2]));
  assert.equal(served(model, model.cache, [1, 'picture a', 2, 3]), 3);
  assert.equal(served(model, model.cache, [1, 'picture b', 2, 3]), 0);
  assert.equal(served(model, model.cache, [1, 5, 2, 3]), 0);
});

test('the least recently used gives way; serving and saving again count as use', () => {
  const model = fakeModel({ cachedPrefixes: 3 });
  for (const key of [[1], [2], [3]]) remember(model, model.cache, key);
  assert.equal(served(model, model.cache, [1, 0]), 1);
  const again = absorbed(model, [2]);
  model.cache.save([2, 5], again);
  model.states.drop(again);
  remember(model, model.cache, [4]);
  assert.equal(model.cache.size, 3);
  assert.deepEqual(
    [1, 2, 3, 4].map((id) => served(model, model.cache, [id, 0])),
    [1, 1, 0, 1],
  );
  model.cache.clear();
  assert.ok(model.isEmpty());
});

test('without room nothing is kept, and nothing held', () => {
  const model = fakeModel({ cachedPrefixes: 0 });
  const state = absorbed(model, [1, 2]);
  model.cache.save([1, 2], state);
  model.cache.adopt([1, 2], state);
  assert.equal(model.cache.size, 0);
  assert.ok(model.isEmpty());
});

test('whoever needs a slot or a page gets it from what is remembered, but a copy never costs its original', () => {
  const model = fakeModel({ maxSequences: 1, cachedPrefixes: 2, contextTokens: 320, cacheTokens: 320 });
  const long = Array.from({ length: 100 }, (_, i) => i % 32);
  remember(model, model.cache, long);
  remember(model, model.cache, [1]);
  const state = model.cache.fork([...long, 1])!;
  assert.equal(state.length, 100);
  // Five pages: one shared, two copies of the second, one of the other prompt; the rest and that one are needed now.
  model.states.runBatch([{ state, ids: Array.from({ length: 150 }, () => 3), outputs: 'none' }]);
  assert.equal(served(model, model.cache, [1, 0]), 0);
  model.states.drop(state);

  const tight = fakeModel({ maxSequences: 1, cachedPrefixes: 1, contextTokens: 64, cacheTokens: 64 });
  remember(tight, tight.cache, [1, 2]);
  // The only page is the original's own, so there can be no copy.
  assert.equal(tight.cache.fork([1, 2, 3]), null);
  assert.equal(tight.cache.size, 1);
  const fresh = tight.states.create();
  tight.states.runBatch([{ state: fresh, ids: [4], outputs: 'none' }]);
  assert.equal(tight.cache.size, 0);
});

test('a prefix as bytes comes back as it was; other bytes are refused and hold nothing', () => {
  const model = fakeModel();
  const key = [1, 'picture', 3];
  const bytes = writePrefix(model.states, key, absorbed(model, [1, 2, 3]));
  const other = fakeModel();
  const { prompt, state } = readPrefix(other.states, bytes);
  assert.deepEqual([prompt, state.length], [key, 3]);
  other.states.runBatch([{ state, ids: [5], outputs: 'last' }]);
  other.states.drop(state);
  for (const bad of [
    bytes.subarray(0, 3),
    bytes.subarray(0, 9),
    bytes.subarray(4),
    bytes.subarray(0, -1),
    new Uint8Array(40),
  ])
    assert.throws(() => readPrefix(other.states, bad), { code: 'bad-input' });
  const lying = writePrefix(model.states, [1, 2], absorbed(model, [1, 2, 3]));
  assert.throws(() => readPrefix(other.states, lying), /not a saved prefix/);
  assert.ok(other.isEmpty());
});

test('a prompt is worth keeping after its first message, before its last two, and now and then', () => {
  assert.deepEqual(checkpointPlaces(100, [0, 20, 50, 80]), [20, 50, 80]);
  assert.deepEqual(checkpointPlaces(100, [0, 20]), [20]);
  assert.deepEqual(checkpointPlaces(100, []), []);
  assert.deepEqual(checkpointPlaces(4097, [0, 4000]), [1025, 2050, 3075, 4000]);
  assert.deepEqual(checkpointPlaces(3000, [0, 1024]), [1024, 2048]);
  assert.deepEqual(checkpointPlaces(40_000, []), [10_000, 20_000, 30_000]);
});
