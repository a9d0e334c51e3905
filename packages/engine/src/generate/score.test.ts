import assert from 'node:assert/strict';
import { test } from 'node:test';
import { divergence } from './divergence.ts';
import { fakeModel } from './fake-model.ts';
import { perplexity, scoreSequence } from './score.ts';

const ids = [9, 3, 5, 1, 18, 4, 8, 16];

test('scores are the log-softmax of each row at the next token', async () => {
  const model = fakeModel();
  const scores = await scoreSequence(model, ids);
  assert.deepEqual(scores.ids, ids);
  assert.equal(scores.top.length, ids.length);
  let sum = 0;
  ids.forEach((id, i) => {
    sum += id;
    const weights = Array.from(model.fakeLogits(sum), Math.exp);
    const total = weights.reduce((a, b) => a + b);
    const next = ids[i + 1];
    if (next !== undefined) assert.ok(Math.abs(scores.logprobs[i]! - Math.log(weights[next]! / total)) < 1e-6);
    assert.equal(scores.top[i]!.length, 10);
    assert.equal(scores.top[i]![0]![0], sum % 32);
    assert.ok(Math.abs(scores.top[i]![0]![1] - Math.log(weights[sum % 32]! / total)) < 1e-6);
  });
  assert.equal(scores.logprobs.length, ids.length - 1);
});

test('no batch asks for more rows than planned, and the sequence is dropped', async () => {
  const model = fakeModel({ maxOutputs: 3, maxBatchTokens: 4 });
  await scoreSequence(model, ids);
  assert.deepEqual(
    model.batches.map((batch) => batch.ids.length),
    [3, 3, 2],
  );
  assert.equal(model.live.size, 0);
  await assert.rejects(scoreSequence(model, ids, { signal: AbortSignal.abort(new Error('stop')) }), /stop/);
  assert.equal(model.live.size, 0);
});

test('short sequences have short answers', async () => {
  assert.deepEqual(await scoreSequence(fakeModel(), []), { ids: [], logprobs: [], top: [] });
  const one = await scoreSequence(fakeModel(), [3]);
  assert.deepEqual([one.logprobs.length, one.top.length], [0, 1]);
});

test('a sequence longer than the context is refused', async () => {
  await assert.rejects(scoreSequence(fakeModel({ contextTokens: 4 }), ids), /8 tokens long; the context holds 4/);
});

test('perplexity of even odds is their number', () => {
  assert.ok(Math.abs(perplexity([Math.log(1 / 4), Math.log(1 / 4)]) - 4) < 1e-12);
});

test('a model does not diverge from itself; KL of another is what the definition says', async () => {
  assert.deepEqual(await divergence(fakeModel(), fakeModel(), ids), { positions: 8, meanKl: 0, top1Agreement: 1 });
  const a = fakeModel();
  const b = fakeModel({ sharpness: 0.5, maxOutputs: 5, maxBatchTokens: 5 });
  const found = await divergence(a, b, ids);
  let expected = 0;
  let sum = 0;
  for (const id of ids) {
    sum += id;
    const softmax = (row: Float32Array) => {
      const weights = Array.from(row, Math.exp);
      const total = weights.reduce((x, y) => x + y);
      return weights.map((w) => w / total);
    };
    const q = softmax(b.fakeLogits(sum));
    softmax(a.fakeLogits(sum)).forEach((p, i) => {
      expected += (p * Math.log(p / q[i]!)) / ids.length;
    });
  }
  assert.ok(Math.abs(found.meanKl - expected) < 1e-6, `${found.meanKl}, expected ${expected}`);
  assert.ok(found.top1Agreement < 1);
  assert.equal(b.live.size, 0);
});

test('models with other vocabularies cannot be compared', async () => {
  await assert.rejects(divergence(fakeModel(), fakeModel({ vocabSize: 40 }), ids), /32 and 40 rows/);
});
