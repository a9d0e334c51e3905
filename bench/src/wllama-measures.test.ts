import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepSeconds } from './wllama-measures.ts';

test('steps are the differences of timings, shared where text of several tokens came at once', () => {
  const at = (predicted_n: number, predicted_ms: number) => ({
    prompt_n: 512,
    prompt_ms: 1,
    predicted_n,
    predicted_ms,
  });
  assert.deepEqual(stepSeconds([at(1, 0), at(2, 10), at(4, 50), at(4, 50)]), [0.01, 0.02]);
  assert.deepEqual(stepSeconds([at(1, 0)]), []);
});
