import assert from 'node:assert/strict';
import { test } from 'node:test';
import { divergence } from './divergence.ts';
import { fakeLogits, fakeModel } from './fake-model.ts';

const ids = [9, 3, 5, 1, 18, 4, 8, 16];
const prompt = { ids, spans: [] };

function softmax(row: Float32Array): number[] {
  const weights = Array.from(row, Math.exp);
  const total = weights.reduce((x, y) => x + y);
  return weights.map((w) => w / total);
}

test('a model does not diverge from itself', async () => {
  assert.deepEqual(await divergence(fakeModel(), fakeModel(), prompt), { positions: 8, meanKl: 0, top1Agreement: 1 });
});

test('KL of another is what the definition says, whatever the batches; nothing stays behind', async () => {
  const a = fakeModel();
  const b = fakeModel({ sharpness: 0.5, maxOutputs: 5, maxBatchTokens: 5 });
  const found = await divergence(a, b, prompt);
  let expected = 0;
  ids.forEach((_, i) => {
    const seen = ids.slice(0, i + 1);
    const q = softmax(fakeLogits(seen, 32, 0.5));
    for (const [id, p] of softmax(fakeLogits(seen, 32)).entries()) expected += (p * Math.log(p / q[id]!)) / ids.length;
  });
  assert.ok(Math.abs(found.meanKl - expected) < 1e-6, `${found.meanKl}, expected ${expected}`);
  assert.ok(found.top1Agreement < 1);
  assert.deepEqual(
    b.batches.map(({ counts }) => counts),
    [[5], [3]],
  );
  assert.ok(a.isEmpty() && b.isEmpty());
});

test('what cannot be compared is refused, an abort is heard, and nothing stays behind', async () => {
  await assert.rejects(divergence(fakeModel(), fakeModel({ vocabSize: 40 }), prompt), /32 and 40 rows/);
  const [a, b] = [fakeModel({ contextTokens: 4 }), fakeModel()];
  await assert.rejects(divergence(a, b, prompt), /8 tokens long; the context holds 4/);
  await assert.rejects(divergence(b, fakeModel(), prompt, AbortSignal.abort(new Error('stop'))), /stop/);
  assert.ok(a.isEmpty() && b.isEmpty());
});
