import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canMeasure, obstacle, PEERS } from './peers.ts';

test('each peer says what it can be measured for, and why it cannot run', () => {
  assert.deepEqual(
    PEERS.map((peer) => [peer, canMeasure(peer, 'decode'), canMeasure(peer, 'long')]),
    [
      ['llama.cpp', true, true],
      ['wllama', true, false],
      ['transformers.js', false, false],
    ],
  );
  assert.match(obstacle('transformers.js')!, /ONNX graphs alone/);
});
