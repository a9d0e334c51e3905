import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchShape } from './bench-shapes.ts';
import { formatTensors } from './format-tensors.ts';
import { promptOperations, storedDecodeBytes } from './model-costs.ts';

test('a dense model reads everything once, and each sequence its state', () => {
  const config = benchShape('0.8b');
  const tensors = formatTensors(config, 'q8_0', 1);
  const whole = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const one = storedDecodeBytes(config, tensors, 1, 0);
  // 18 layers with 16 heads of 128 × 128 and 3 columns of 6,144 channels, in f32.
  assert.equal(one - whole, 18 * (16 * 128 * 128 + 3 * 6144) * 4);
  assert.equal(storedDecodeBytes(config, tensors, 2, 0) - one, one - whole);
  // 6 layers with keys and values of 2 heads of 256, in f16.
  assert.equal(storedDecodeBytes(config, tensors, 1, 100) - one, 100 * 6 * 2 * 2 * 256 * 2);
});

test('of experts and of an untied embedding only what is used counts', () => {
  const config = benchShape('moe');
  const tensors = formatTensors(config, 'q4_0', 1);
  const sum = (some: (name: string) => boolean) =>
    tensors.filter(({ name }) => some(name)).reduce((bytes, tensor) => bytes + tensor.bytes, 0);
  const experts = sum((name) => name.includes('_exps.'));
  const rest = sum((name) => !name.includes('_exps.') && name !== 'token_embd.weight');
  const state = storedDecodeBytes(config, [], 1, 0);
  assert.equal(storedDecodeBytes(config, tensors, 1, 0), state + rest + experts / 16);
});

test('operations of a prompt token are twice the weights of the layers', () => {
  const config = benchShape('0.8b');
  const operations = promptOperations(config, formatTensors(config, 'q4_0', 1));
  assert.ok(Math.abs(operations / 2 / 0.497e9 - 1) < 0.02, `${operations}`);
});
