import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCheckpoint } from './describe.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { fixture } from './test-support.ts';

function describe(name: string, contextTokens = 1000) {
  const checkpoint = openCheckpoint(fixture(name));
  const description = describeCheckpoint(checkpoint, { contextTokens });
  checkpoint.close();
  return description;
}

test('plain data, complete for every format', () => {
  for (const name of ['dense-tied-r1', 'fp8-moe', 'gptq-dense', 'gguf-r4-k', 'moe-vision-r2']) {
    const description = describe(name);
    assert.deepEqual(JSON.parse(JSON.stringify(description)), description);
    const { parameters, formats } = description;
    assert.equal(description.runnable, true);
    assert.equal(parameters.total, parameters.text + parameters.vision + parameters.mtp);
    assert.equal(
      formats.reduce((sum, entry) => sum + entry.parameters, 0),
      parameters.total,
    );
    assert.equal(
      formats.reduce((sum, entry) => sum + entry.bytes, 0),
      description.bytes,
    );
  }
});

test('packed weights count as what they hold', () => {
  const { parameters, formats } = describe('gptq-dense');
  const mlp = formats.find((entry) => entry.storedAs === 'GPTQ-Int4')!;
  // Four layers with three matrices of 128 × 256 in groups of 128: codes, f16 scales, zero points, group indices.
  const matrix = 128 * 256;
  const bytes = 4 * (3 * (matrix / 2 + (matrix / 128) * 2.5) + 2 * 128 * 4 + 256 * 4);
  assert.deepEqual(mlp, {
    class: 'mlp',
    storedAs: 'GPTQ-Int4',
    heldAs: '4-bit codes, f16 scales of 32',
    tensors: 12,
    parameters: 12 * matrix,
    bytes,
  });
  assert.equal(parameters.active, parameters.text);
  const fp8 = describe('fp8-moe').formats.filter((entry) => entry.storedAs === 'F8_E4M3');
  assert.deepEqual(
    new Set(fp8.map((entry) => entry.class)),
    new Set(['attention', 'linear attention', 'mlp', 'experts']),
  );
});

test('active parameters leave out the experts that a token does not meet', () => {
  const { parameters, formats } = describe('moe-vision-r2');
  const experts = formats.find((entry) => entry.class === 'experts')!.parameters;
  assert.equal(experts, 4 * 16 * 3 * 32 * 32);
  assert.equal(parameters.active, parameters.text - (experts * 12) / 16);
  assert.ok(parameters.vision > 0 && parameters.mtp > 0);
});

test('memory: weights as held, cache in f16 where they are quantised, state in f32', () => {
  const { memory, config, layers, tokenizer, eosTokenIds, architecture } = describe('gguf-r1-q4_0', 100);
  assert.deepEqual(layers, { total: 4, linearAttention: 3, fullAttention: 1 });
  assert.equal(memory!.cacheBytesPerToken, 2 * 2 * 32 * 2);
  assert.equal(describe('gguf-r1-bf16', 100).memory!.cacheBytesPerToken, 2 * 2 * 32 * 4);
  assert.equal(memory!.stateBytesPerSequence, 3 * (2 * 32 * 32 + 3 * 192) * 4);
  assert.equal(memory!.totalBytes, memory!.weightBytes + memory!.stateBytesPerSequence + 100 * 256);
  assert.ok(memory!.weights[0]!.encoding === '4-bit codes, f16 scales of 32');
  assert.deepEqual(tokenizer, { kind: 'gguf', vocabSize: 589, addedTokens: 33 });
  assert.deepEqual([architecture, eosTokenIds, config.hiddenSize], ['qwen3_5', [558], 64]);
});

test('a checkpoint that cannot run says why', () => {
  const checkpoint = openCheckpoint(fixture('gguf-r1-bf16'));
  const broken = {
    ...checkpoint,
    config: { ...checkpoint.config },
    tokenizer: null,
    weights: () => openCheckpoint('/nowhere').weights(),
  };
  const description = describeCheckpoint(broken, { contextTokens: 1 });
  assert.deepEqual(description.runnable, { reason: '/nowhere: no such file or folder' });
  assert.equal(description.memory, null);
  assert.equal(description.tokenizer, null);
  assert.ok(description.formats.every((entry) => entry.heldAs === null));
});
