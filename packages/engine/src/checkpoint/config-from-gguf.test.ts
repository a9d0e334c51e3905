import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import { memorySource } from './byte-source.ts';
import { configFromGguf } from './config-from-gguf.ts';
import { readGguf } from './gguf.ts';
import { type GgufEntry, ggufHeader } from './gguf-header.ts';
import { ggufConfigMetadata } from './gguf-metadata.ts';
import { scaleShape, shapeConfig } from './shapes.ts';

const small = scaleShape(shapeConfig('4b'), { layers: 8, vocabSize: 96, hiddenSize: 64, mlpSize: 128 });

/** Reads back what is written for a config, with some entries changed or (null) left out. */
function reread(config: ModelConfig, changes: Record<string, GgufEntry | null> = {}): ModelConfig {
  const metadata = ggufConfigMetadata(config);
  for (const [key, entry] of Object.entries(changes)) {
    if (entry) metadata.set(key, entry);
    else metadata.delete(key);
  }
  const names = config.tieWordEmbeddings ? ['token_embd.weight'] : ['token_embd.weight', 'output.weight'];
  const bytes = config.vocabSize * config.hiddenSize * 4;
  const tensors = names.map((name) => ({ name, format: 'F32', shape: [config.vocabSize, config.hiddenSize], bytes }));
  const header = ggufHeader(metadata, tensors).bytes;
  const file = new Uint8Array(header.length + bytes * tensors.length);
  file.set(header);
  return configFromGguf(
    readGguf(memorySource('x', file), () => memorySource('x', file)),
    'x',
  );
}

const u32 = (value: number): GgufEntry => ({ type: 'u32', value });
const same = (config: ModelConfig): ModelConfig => ({ ...config, rmsNormEps: Math.fround(config.rmsNormEps) });
const refuses = (changes: Record<string, GgufEntry | null>, message: RegExp) =>
  assert.throws(
    () => reread(small, changes),
    (error) => error instanceof LanternError && message.test(error.message),
  );

test('what is written is read back: dense, experts, listed layers, YaRN, untied', () => {
  assert.deepEqual(reread(small), same(small));
  const moe = scaleShape(shapeConfig('35b-a3b'), { layers: 4, vocabSize: 64, hiddenSize: 32 });
  assert.deepEqual(reread(moe), same(moe));
  const listed: ModelConfig = { ...small, layerTypes: ['full_attention', 'linear_attention', 'linear_attention'] };
  assert.deepEqual(reread(listed), same(listed));
  const yarn: ModelConfig = {
    ...small,
    rope: { ...small.rope, yarn: { factor: 4, originalMaxPositionEmbeddings: 1024 } },
  };
  assert.deepEqual(reread(yarn), same(yarn));
});

test('block_count includes draft layers; flags may cover them too', () => {
  const config = reread(small, { 'qwen35.block_count': u32(9), 'qwen35.nextn_predict_layers': u32(1) });
  assert.deepEqual([config.layerTypes.length, config.mtpLayers], [8, 1]);
  const flags = { type: 'bools', value: Array.from({ length: 9 }, (_, i) => i % 2 === 0) } as const;
  const listed = reread(small, {
    'qwen35.block_count': u32(9),
    'qwen35.nextn_predict_layers': u32(1),
    'qwen35.attention.recurrent_layers': flags,
  });
  assert.deepEqual(listed.layerTypes.slice(0, 3), ['linear_attention', 'full_attention', 'linear_attention']);
  assert.equal(listed.layerTypes.length, 8);
});

test('absent optional keys take their usual values', () => {
  const config = reread(small, {
    'qwen35.rope.dimension_count': null,
    'qwen35.rope.freq_base': null,
    'qwen35.full_attention_interval': null,
  });
  assert.deepEqual(config, same(small));
});

test('bad values are refused by key', () => {
  refuses(
    { 'general.architecture': { type: 'string', value: 'llama' } },
    /general.architecture is "llama", known are qwen35, qwen35moe/,
  );
  refuses({ 'general.architecture': null }, /general.architecture is null/);
  refuses({ 'qwen35.embedding_length': null }, /embedding_length is missing/);
  refuses({ 'qwen35.embedding_length': { type: 'string', value: 'x' } }, /embedding_length is "x"/);
  refuses({ 'qwen35.nextn_predict_layers': u32(8) }, /block_count is 8, 8 draft layers plus 1 to 4096/);
  refuses({ 'qwen35.block_count': u32(100_000) }, /block_count is 100000/);
  refuses({ 'qwen35.ssm.inner_size': u32(100) }, /ssm.inner_size is 100, a multiple of 32/);
  refuses({ 'qwen35.attention.value_length': u32(8) }, /attention.value_length is 8, only 256/);
  refuses({ 'qwen35.rope.scaling.type': { type: 'string', value: 'linear' } }, /rope.scaling.type is "linear", only/);
  refuses(
    { 'qwen35.rope.dimension_sections': { type: 'i32s', value: [1, 2] } },
    /rope.dimension_sections is .*, three sizes/,
  );
  refuses(
    { 'qwen35.attention.recurrent_layers': { type: 'bools', value: [true] } },
    /recurrent_layers is .*, a flag for each of 8/,
  );
});
