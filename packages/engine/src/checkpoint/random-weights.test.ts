import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LanternError } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { RANDOM_QUANTS } from './random-blocks.ts';
import { parseRandomQuant, randomWeights } from './random-weights.ts';
import { SHAPE_NAMES, scaleShape, shapeConfig } from './shapes.ts';
import { elementCount } from './stored-tensor.ts';
import { tensorsOfConfig } from './tensors-of-config.ts';
import { fixture, floatsOf } from './test-support.ts';
import { writeRandomGguf } from './write-gguf.ts';

const folder = mkdtempSync(join(tmpdir(), 'lantern-test-'));
after(() => rmSync(folder, { recursive: true }));

test('the shapes have the published numbers of text parameters', () => {
  const billions: Record<string, number> = {
    '0.8b': 0.752,
    '2b': 1.882,
    '4b': 4.206,
    '9b': 8.954,
    '27b': 26.896,
    '35b-a3b': 34.661,
    '122b-a10b': 122.112,
    '397b-a17b': 396.346,
  };
  assert.deepEqual(SHAPE_NAMES, Object.keys(billions));
  for (const [name, expected] of Object.entries(billions)) {
    const count = tensorsOfConfig(shapeConfig(name)).reduce((sum, { shape }) => sum + elementCount(shape), 0);
    assert.equal((count / 1e9).toFixed(3), expected.toFixed(3), name);
  }
  assert.throws(
    () => shapeConfig('7b'),
    (error) => error instanceof LanternError && /"7b", known are 0.8b, 2b/.test(error.message),
  );
});

const small: ModelConfig = {
  ...scaleShape(shapeConfig('4b'), { layers: 4, vocabSize: 512, hiddenSize: 256, mlpSize: 512 }),
  attention: { numHeads: 4, numKeyValueHeads: 2, headDim: 64 },
  linear: { numKeyHeads: 2, numValueHeads: 4, keyHeadDim: 32, valueHeadDim: 64, convKernel: 4 },
};
const moe = scaleShape(shapeConfig('35b-a3b'), {
  layers: 4,
  vocabSize: 512,
  hiddenSize: 256,
  mlpSize: 256,
  numExperts: 8,
});

for (const quant of RANDOM_QUANTS) {
  test(`random ${quant} weights: spread, repeatable, the same in a file`, () => {
    const weights = randomWeights(small, quant, 5);
    const floats = floatsOf(weights);
    for (const [path, values] of floats) {
      assert.ok(values.every(Number.isFinite), path);
      if (!/mlp\.(gate|up|down)$/.test(path)) continue;
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const spread = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
      assert.ok(Math.abs(mean) < 1e-3 && spread > 0.015 && spread < 0.025, `${path}: mean ${mean}, spread ${spread}`);
    }
    assert.equal(weights.embedding.storedAs, quant.toUpperCase());
    const embedding = floats.get('embedding')!;
    assert.notDeepEqual(embedding.slice(0, 256), embedding.slice(256, 512));
    assert.deepEqual(floatsOf(randomWeights(small, quant, 5)), floats);
    assert.notDeepEqual(floatsOf(randomWeights(small, quant, 6)), floats);

    const path = join(folder, `${quant}.gguf`);
    assert.equal(writeRandomGguf(path, small, quant, 5), statSync(path).size);
    const checkpoint = openCheckpoint(path);
    assert.deepEqual(checkpoint.config, { ...small, rmsNormEps: Math.fround(1e-6) });
    assert.deepEqual(floatsOf(checkpoint.weights()), floats);
    checkpoint.close();
    rmSync(path);
  });
}

test('a written file of experts carries tokenizer and template', () => {
  const source = openCheckpoint(fixture('moe-vision-r2'));
  const path = join(folder, 'moe.gguf');
  writeRandomGguf(path, { ...moe, vocabSize: 640 }, 'q4_k', 1, source.tokenizer, source.chatTemplate);
  const checkpoint = openCheckpoint(path);
  assert.equal(checkpoint.config.mlp.kind, 'moe');
  assert.equal(checkpoint.chatTemplate, source.chatTemplate);
  const { tokenizer } = checkpoint;
  assert.ok(tokenizer?.kind === 'gguf' && tokenizer.tokens.length === 640);
  assert.equal(tokenizer.tokens[tokenizer.eosTokenId!], '<|im_end|>');
  assert.equal(tokenizer.tokenTypes![tokenizer.eosTokenId!], 3);
  assert.equal(tokenizer.tokenTypes![639], 5);
  checkpoint.weights();
});

test('rows that blocks do not divide fall back to smaller blocks', () => {
  const odd = scaleShape(shapeConfig('0.8b'), { layers: 4, vocabSize: 64, hiddenSize: 96, mlpSize: 100 });
  const weights = randomWeights(odd, 'q4_k', 1);
  assert.equal(weights.embedding.storedAs, 'Q8_0');
  const { mlp } = weights.layers[0]!;
  assert.equal(mlp.kind === 'dense' && mlp.down.storedAs, 'F16');
  assert.equal(parseRandomQuant('Q4_K'), 'q4_k');
  assert.throws(
    () => parseRandomQuant('q9'),
    (error) => error instanceof LanternError && /"q9", only as bf16/.test(error.message),
  );
});
