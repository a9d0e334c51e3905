import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logSumExp, topLogprobs } from './log-softmax.ts';

test('logSumExp survives large logits', () => {
  assert.ok(Math.abs(logSumExp(Float32Array.of(1000, 1000)) - (1000 + Math.LN2)) < 1e-12);
  assert.ok(Math.abs(logSumExp(Float32Array.of(-1000, -1001)) - (-1000 + Math.log1p(Math.exp(-1)))) < 1e-12);
});

test('the log-probabilities of all ids add up to one, best first', () => {
  const top = topLogprobs(Float32Array.of(0.5, 2, -1, 2), 4);
  assert.deepEqual(
    top.map(([id]) => id),
    [1, 3, 0, 2],
  );
  assert.ok(Math.abs(top.reduce((sum, [, logprob]) => sum + Math.exp(logprob), 0) - 1) < 1e-12);
  assert.equal(top[0]![1] - top[2]![1], 1.5);
});
