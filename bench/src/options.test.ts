import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from './options.ts';

test('defaults are what the README says', () => {
  assert.deepEqual(parseOptions([]), {
    shapes: ['0.8b'],
    formats: ['q4_0', 'q8_0'],
    measures: ['prefill', 'decode'],
    threads: 2,
    rounds: 5,
    peers: ['llama.cpp'],
    peerCpu: undefined,
    realtime: false,
    out: undefined,
  });
});

test('lists are split, checked and freed of doubles', () => {
  const options = parseOptions([
    '--only',
    'load,decode,load',
    '--shapes',
    '4B,moe',
    '--peers',
    'wllama,llama.cpp',
    '--rounds=3',
  ]);
  assert.deepEqual(options?.measures, ['load', 'decode']);
  assert.deepEqual(options?.shapes, ['4b', 'moe']);
  assert.deepEqual(options?.peers, ['wllama', 'llama.cpp']);
  assert.deepEqual(parseOptions(['--peers', 'none'])?.peers, []);
  assert.equal(options?.rounds, 3);
  assert.equal(parseOptions(['--help']), null);
  assert.deepEqual(parseOptions(['--only', 'accuracy', '--shapes', 'trained'])?.shapes, ['trained']);
  assert.throws(() => parseOptions(['--shapes', 'trained']), /--shapes: "trained" is not one of/);
  assert.throws(() => parseOptions(['--only', 'speed']), /--only: "speed" is not one of prefill/);
  assert.throws(() => parseOptions(['--peers', 'vllm']), /--peers: "vllm" is not one of llama.cpp, wllama/);
  assert.throws(() => parseOptions(['--rounds', '0']), /--rounds is "0"/);
  assert.throws(() => parseOptions(['--colour']));
});
