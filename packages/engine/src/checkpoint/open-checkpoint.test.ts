import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LanternError } from '../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { openCheckpoint, openTokenizerFiles } from './open-checkpoint.ts';
import { elementCount } from './stored-tensor.ts';
import { fixture, floatsOf } from './test-support.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A fresh folder with links to (or texts of) some files. */
function folderWith(files: Record<string, { from: string } | { text: string }>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lantern-test-'));
  folders.push(folder);
  for (const [name, file] of Object.entries(files)) {
    if ('from' in file) copyFileSync(file.from, join(folder, name));
    else writeFileSync(join(folder, name), file.text);
  }
  return folder;
}

const refuses = (run: () => unknown, message: RegExp) =>
  assert.throws(
    run,
    (error) => error instanceof LanternError && message.test(error.message) && !error.message.includes('\n'),
  );

/** What the shapes in the fixtures' list come to. */
type Expected = {
  format: Checkpoint['format'];
  modelType: string;
  hidden: number;
  layers: number;
  heads: [number, number, number];
  linear: [number, number, number, number];
  rows: number;
  tied: boolean;
  mtp: number;
  mlp: number | [number, number, number, number];
  eos: number[];
};

const r1: Expected = {
  format: 'gguf',
  modelType: 'qwen3_5',
  hidden: 64,
  layers: 4,
  heads: [4, 2, 32],
  linear: [2, 2, 32, 32],
  rows: 608,
  tied: true,
  mtp: 0,
  mlp: 96,
  eos: [558],
};
const fixtures: Record<string, Expected> = {
  'dense-tied-r1': { ...r1, format: 'safetensors', mtp: 1, eos: [558, 556] },
  'gguf-r1-bf16': { ...r1, mtp: 1 },
  'gguf-r1-q8_0': r1,
  'gguf-r1-q4_0': r1,
  'gguf-r1-iq4_nl': r1,
  'dense-r3-yarn': {
    ...r1,
    format: 'safetensors',
    modelType: 'qwen3_5_text',
    heads: [3, 1, 64],
    linear: [2, 6, 32, 32],
    rows: 640,
    tied: false,
    mlp: 64,
    eos: [558, 556],
  },
  'gguf-r3-f16': { ...r1, hidden: 32, heads: [3, 1, 64], linear: [2, 6, 32, 32], rows: 640, tied: false, mlp: 64 },
  'dense-text-r4': {
    ...r1,
    format: 'safetensors',
    modelType: 'qwen3_5_text',
    hidden: 32,
    layers: 6,
    heads: [2, 1, 128],
    linear: [1, 4, 32, 64],
    rows: 576,
    tied: false,
    eos: [538, 536],
  },
  'gguf-r4-k': {
    ...r1,
    hidden: 256,
    layers: 2,
    heads: [2, 1, 64],
    linear: [1, 4, 128, 128],
    rows: 576,
    mlp: 256,
    eos: [538],
  },
  'fp8-moe': {
    ...r1,
    format: 'safetensors',
    modelType: 'qwen3_5_moe_text',
    hidden: 160,
    heads: [2, 1, 64],
    linear: [1, 2, 64, 64],
    rows: 576,
    mlp: [4, 2, 64, 64],
    eos: [538, 536],
  },
  'gptq-dense': {
    ...r1,
    format: 'safetensors',
    modelType: 'qwen3_5_text',
    hidden: 128,
    heads: [2, 1, 32],
    linear: [1, 2, 32, 32],
    rows: 600,
    mlp: 256,
    eos: [558, 556],
  },
  'moe-split-r2': {
    ...r1,
    format: 'safetensors',
    modelType: 'qwen3_5_moe_text',
    hidden: 32,
    heads: [2, 1, 256],
    linear: [2, 4, 32, 32],
    rows: 640,
    tied: false,
    mlp: [16, 5, 32, 32],
    eos: [558, 556],
  },
  'moe-vision-r2': {
    ...r1,
    format: 'safetensors',
    modelType: 'qwen3_5_moe',
    hidden: 32,
    heads: [2, 1, 64],
    linear: [2, 4, 32, 32],
    rows: 640,
    tied: false,
    mtp: 1,
    mlp: [16, 4, 32, 32],
    eos: [558, 556],
  },
  'gguf-moe-q8_0': {
    ...r1,
    modelType: 'qwen3_5_moe',
    hidden: 32,
    heads: [2, 1, 64],
    linear: [2, 4, 32, 32],
    rows: 640,
    tied: false,
    mlp: [16, 4, 32, 32],
  },
};

for (const [name, expected] of Object.entries(fixtures)) {
  test(`${name} opens, its weights are all there`, () => {
    const checkpoint = openCheckpoint(fixture(name));
    const { config } = checkpoint;
    const { attention, linear, mlp } = config;
    assert.deepEqual(
      {
        format: checkpoint.format,
        modelType: config.modelType,
        hidden: config.hiddenSize,
        layers: config.layerTypes.length,
        heads: [attention.numHeads, attention.numKeyValueHeads, attention.headDim],
        linear: [linear.numKeyHeads, linear.numValueHeads, linear.keyHeadDim, linear.valueHeadDim],
        rows: config.vocabSize,
        tied: config.tieWordEmbeddings,
        mtp: config.mtpLayers,
        mlp:
          mlp.kind === 'dense'
            ? mlp.intermediateSize
            : [mlp.numExperts, mlp.numExpertsPerToken, mlp.expertSize, mlp.sharedExpertSize],
        eos: checkpoint.generation.eosTokenIds,
      },
      expected,
    );
    const weights = checkpoint.weights();
    assert.equal(weights.output === weights.embedding, expected.tied);
    let read = expected.tied ? -config.vocabSize * config.hiddenSize : 0;
    for (const [path, floats] of floatsOf(weights)) {
      assert.ok(floats.every(Number.isFinite), path);
      read += floats.length;
    }
    const stored = checkpoint.tensors.filter(({ part }) => part === 'text');
    assert.equal(
      read,
      stored.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    );
    assert.equal(
      checkpoint.tensors.some(({ part }) => part === 'mtp'),
      expected.mtp === 1,
    );
    assert.equal(checkpoint.tokenizer?.kind, expected.format === 'gguf' ? 'gguf' : 'json');
    assert.match(checkpoint.chatTemplate!, /im_start/);
    checkpoint.close();
    assert.throws(
      () => weights.embedding.read(0, 1),
      (error) => error instanceof LanternError && error.code === 'closed',
    );
  });
}

test('the same weights come out of safetensors and of GGUF', () => {
  const safetensors = floatsOf(openCheckpoint(fixture('dense-tied-r1')).weights());
  const gguf = floatsOf(openCheckpoint(fixture('gguf-r1-bf16')).weights());
  assert.deepEqual([...gguf.keys()].sort(), [...safetensors.keys()].sort());
  for (const [path, floats] of safetensors) {
    // exp is not the same to the last bit everywhere.
    const tolerance = path.endsWith('decay') ? 1e-6 : 0;
    const other = gguf.get(path)!;
    assert.equal(other.length, floats.length);
    const same = floats.every((x, i) => Math.abs(x - other[i]!) <= tolerance * Math.abs(x));
    assert.ok(same, path);
  }
});

test('a .gguf file, a folder with another beside it that is called mmproj and is none, and generation_config.json', () => {
  const model = join(fixture('gguf-r1-bf16'), 'model.gguf');
  assert.equal(openCheckpoint(model).path, model);
  const settings = { text: '{"temperature":0.5,"top_k":7,"eos_token_id":[1,558]}' };
  const folder = folderWith({
    'm.gguf': { from: model },
    'mmproj-F16.gguf': { from: model },
    'generation_config.json': settings,
  });
  const checkpoint = openCheckpoint(folder);
  assert.deepEqual(checkpoint.generation, {
    temperature: 0.5,
    topP: null,
    topK: 7,
    minP: null,
    repetitionPenalty: null,
    eosTokenIds: [1, 558],
  });
  assert.equal(checkpoint.config.vision, null);
  assert.equal(checkpoint.processor, null);
  assert.ok(!checkpoint.tensors.some(({ part }) => part === 'vision'));
  assert.equal(checkpoint.config.mtpLayers, 1);
});

test('tokenizer and template without weights', () => {
  const source = fixture('dense-tied-r1');
  const onlyTokenizer = folderWith({ 'tokenizer.json': { from: join(source, 'tokenizer.json') } });
  assert.deepEqual(openTokenizerFiles(onlyTokenizer), {
    tokenizer: {
      kind: 'json',
      tokenizerJson: readFileSync(join(source, 'tokenizer.json'), 'utf8'),
      tokenizerConfigJson: null,
    },
    chatTemplate: null,
  });
  const inConfig = (chat_template: unknown) =>
    openTokenizerFiles(
      folderWith({
        'tokenizer.json': { text: '{}' },
        'tokenizer_config.json': { text: JSON.stringify({ chat_template }) },
      }),
    ).chatTemplate;
  assert.equal(inConfig('T'), 'T');
  assert.equal(
    inConfig([
      { name: 'rag', template: 'R' },
      { name: 'default', template: 'D' },
    ]),
    'D',
  );
  assert.equal(inConfig(undefined), null);
  const gguf = openTokenizerFiles(join(fixture('gguf-r1-q4_0'), 'model.gguf'));
  assert.equal(gguf.tokenizer?.kind === 'gguf' && gguf.tokenizer.tokens.length, 608);
  assert.match(gguf.chatTemplate!, /im_start/);
});

test('paths that hold no model say so', () => {
  const model = { from: join(fixture('gguf-r1-q4_0'), 'model.gguf') };
  refuses(() => openCheckpoint('/nowhere/at/all'), /\/nowhere\/at\/all: no such file or folder/);
  refuses(() => openCheckpoint('a\0b'), /cannot be opened/);
  refuses(() => openCheckpoint(folderWith({})), /no model in this folder/);
  refuses(() => openCheckpoint(folderWith({ 'a.gguf': model, 'b.gguf': model })), /2 models: a.gguf, b.gguf/);
  refuses(
    () => openCheckpoint(join(fixture('dense-tied-r1'), 'model.safetensors')),
    /a model is a folder or a .gguf file/,
  );
  refuses(() => openCheckpoint(folderWith({ 'tokenizer.json': { text: '{}' } })), /config.json is missing/);
  refuses(() => openCheckpoint(folderWith({ 'config.json': { text: '{"model_type":' } })), /config.json: not JSON/);
  refuses(
    () => openCheckpoint(folderWith({ 'config.json': { text: '{"model_type":"llama"}' } })),
    /"llama", known are/,
  );
  refuses(
    () => openCheckpoint(folderWith({ 'config.json': { from: join(fixture('dense-tied-r1'), 'config.json') } })),
    /neither model.safetensors nor/,
  );
  refuses(
    () => openTokenizerFiles(folderWith({ 'config.json': { text: '{}' } })),
    /neither tokenizer.json nor a chat template/,
  );
  const nested = folderWith({});
  mkdirSync(join(nested, 'x.gguf'));
  refuses(() => openCheckpoint(nested), /x.gguf/);
});

test('weights that are missing, misshapen or in an unknown scheme are named', () => {
  const source = fixture('dense-tied-r1');
  const json = readFileSync(join(source, 'config.json'), 'utf8');
  const open = (change: (config: string) => string) =>
    openCheckpoint(
      folderWith({
        'config.json': { text: change(json) },
        'model.safetensors': { from: join(source, 'model.safetensors') },
      }),
    );
  const weights = (change: (config: string) => string) => () => open(change).weights();
  refuses(
    weights((c) => c.replace('"intermediate_size": 96', '"intermediate_size": 97')),
    /layers.0.mlp.gate_proj.weight has shape \[96,64\], \[97,64\] is expected/,
  );
  refuses(
    weights((c) => c.replace('"num_hidden_layers": 4', '"num_hidden_layers": 5')),
    /tensor model.language_model.layers.4.input_layernorm.weight is missing, its shape should be \[64\]/,
  );
  refuses(
    weights((c) => c.replaceAll('"tie_word_embeddings": true', '"tie_word_embeddings": false')),
    /tensor lm_head.weight is missing, its shape should be \[608,64\]/,
  );
  const scheme = (config: object) =>
    weights((c) => c.replace('{', `{"quantization_config":${JSON.stringify(config)},`));
  refuses(scheme({ quant_method: 'awq' }), /quant_method is "awq", only "fp8" or "gptq"/);
  refuses(scheme({ quant_method: 'gptq', bits: 8 }), /bits is 8, only 4/);
  refuses(scheme({ quant_method: 'gptq', bits: 4, desc_act: true }), /desc_act is true/);
  refuses(scheme({ quant_method: 'gptq', bits: 4, checkpoint_format: 'marlin' }), /checkpoint_format is "marlin"/);
  refuses(
    weights((c) => c.replace('{', '{"quantization":{"bits":4},')),
    /quantization is \{"bits":4\}/,
  );
  const truncated = folderWith({ 'config.json': { text: json } });
  writeFileSync(
    join(truncated, 'model.safetensors'),
    readFileSync(join(source, 'model.safetensors')).subarray(0, 300_000),
  );
  refuses(() => openCheckpoint(truncated), /model.safetensors: tensor ".*" lies at .* of \d+ bytes of data/);
});
