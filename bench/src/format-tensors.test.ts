import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchShape } from './bench-shapes.ts';
import { formatTensors, quantOfMix } from './format-tensors.ts';

test('q4_k_m mixes formats as llama-quantize does', () => {
  const of = (name: string) => quantOfMix(name, 24, true);
  assert.equal(of('token_embd.weight'), 'q6_k');
  assert.equal(quantOfMix('token_embd.weight', 24, false), 'q4_k');
  assert.equal(of('blk.0.attn_qkv.weight'), 'q5_k');
  assert.equal(of('blk.0.ffn_down.weight'), 'q6_k');
  assert.equal(of('blk.3.ffn_down.weight'), 'q4_k');
  assert.equal(of('blk.5.ffn_down.weight'), 'q6_k');
  assert.equal(of('blk.23.attn_v.weight'), 'q6_k');
  assert.equal(of('blk.23.attn_q.weight'), 'q4_k');
});

test('tensors of a mix keep names and shapes', () => {
  const config = benchShape('tiny');
  const plain = formatTensors(config, 'q4_0', 1);
  const mixed = formatTensors(config, 'q4_k_m', 1);
  assert.deepEqual(
    mixed.map(({ name, shape }) => ({ name, shape })),
    plain.map(({ name, shape }) => ({ name, shape })),
  );
  assert.deepEqual(new Set(mixed.map(({ format }) => format)), new Set(['F32', 'Q4_K', 'Q5_K', 'Q6_K']));
  assert.throws(() => formatTensors(config, 'q3_z', 1), /q3_z/);
});
