import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { configFromHuggingFace } from './config-from-hf.ts';

const text = {
  model_type: 'qwen3_5_text',
  vocab_size: 640,
  hidden_size: 64,
  num_hidden_layers: 8,
  num_attention_heads: 6,
  num_key_value_heads: 2,
  head_dim: 32,
  intermediate_size: 96,
  linear_num_key_heads: 2,
  linear_num_value_heads: 6,
  linear_key_head_dim: 32,
  linear_value_head_dim: 16,
};
const read = (json: object) => configFromHuggingFace(json as Record<string, unknown>, 'config.json');
const changed = (fields: object) => () => read({ ...text, ...fields });
const refuses = (run: () => unknown, message: RegExp, code = 'bad-checkpoint') =>
  assert.throws(run, (error) => error instanceof LanternError && error.code === code && message.test(error.message));

test('a text-only config, with what the files leave out', () => {
  const config = read(text);
  assert.equal(config.modelType, 'qwen3_5_text');
  assert.deepEqual(
    config.layerTypes.map((type) => type === 'full_attention'),
    [false, false, false, true, false, false, false, true],
  );
  assert.deepEqual(config.rope, { theta: 1e7, dim: 8, sections: [4, 0, 0], yarn: null });
  assert.deepEqual([config.rmsNormEps, config.maxPositionEmbeddings, config.linear.convKernel], [1e-6, 262144, 4]);
  assert.deepEqual(config.mlp, { kind: 'dense', intermediateSize: 96 });
  assert.equal(config.tieWordEmbeddings, false);
  assert.equal(config.mtpLayers, 0);
});

test('a conditional-generation config is read from text_config; tying counts at either place', () => {
  const config = read({ model_type: 'qwen3_5', text_config: { ...text, tie_word_embeddings: true } });
  assert.equal(config.modelType, 'qwen3_5');
  assert.equal(config.tieWordEmbeddings, true);
  assert.equal(
    read({ model_type: 'qwen3_5', tie_word_embeddings: false, text_config: { ...text, tie_word_embeddings: true } })
      .tieWordEmbeddings,
    false,
  );
});

test('experts', () => {
  const moe = {
    num_experts: 16,
    num_experts_per_tok: 4,
    moe_intermediate_size: 32,
    shared_expert_intermediate_size: 48,
    mlp_only_layers: [],
  };
  const expected = { kind: 'moe', numExperts: 16, numExpertsPerToken: 4, expertSize: 32, sharedExpertSize: 48 };
  assert.deepEqual(read({ ...text, ...moe, model_type: 'qwen3_5_moe_text' }).mlp, expected);
  assert.deepEqual(
    read({ model_type: 'qwen3_5_moe', text_config: { ...text, ...moe, model_type: 'qwen3_5_moe_text' } }).mlp,
    expected,
  );
  refuses(
    changed({ ...moe, model_type: 'qwen3_5_moe_text', num_experts_per_tok: 17 }),
    /17 experts a token of only 16/,
  );
});

test('rotary values from rope_parameters, beside them, or from older spellings', () => {
  const sections = [2, 1, 1];
  const nested = {
    rope_type: 'default',
    rope_theta: 1e6,
    partial_rotary_factor: 0.25,
    mrope_section: sections,
    mrope_interleaved: true,
  };
  const expected = { theta: 1e6, dim: 8, sections, yarn: null };
  assert.deepEqual(changed({ rope_parameters: nested })().rope, expected);
  assert.deepEqual(
    changed({
      partial_rotary_factor: 0.25,
      rope_theta: 1e6,
      rope_scaling: { type: 'mrope', mrope_section: sections },
    })().rope,
    expected,
  );
  assert.deepEqual(
    changed({ partial_rotary_factor: 0.5, rope_parameters: { rope_theta: 1e6, mrope_section: [4, 2, 2] } })().rope.dim,
    16,
  );
  const yarn = {
    ...nested,
    rope_type: 'yarn',
    factor: 4,
    original_max_position_embeddings: 256,
    beta_fast: 32,
    beta_slow: 1,
  };
  assert.deepEqual(changed({ rope_parameters: yarn })().rope.yarn, { factor: 4, originalMaxPositionEmbeddings: 256 });
  refuses(changed({ rope_parameters: { ...yarn, factor: 0.5 } }), /YaRN factor of 0.5/);
  refuses(changed({ rope_parameters: { ...yarn, beta_fast: 16 } }), /beta_fast is 16, only 32/, 'unsupported');
  refuses(changed({ rope_parameters: { ...yarn, attention_factor: 2 } }), /attention_factor is 2/, 'unsupported');
  refuses(
    changed({ rope_parameters: { ...nested, rope_type: 'llama3' } }),
    /rope_type is "llama3", only/,
    'unsupported',
  );
  refuses(
    changed({ rope_parameters: { ...nested, mrope_interleaved: false } }),
    /mrope_interleaved is false/,
    'unsupported',
  );
  refuses(
    changed({ rope_parameters: { ...nested, mrope_section: [2, 1] } }),
    /mrope_section is \[2,1\], a list of three/,
  );
  refuses(changed({ rope_parameters: { ...nested, mrope_section: [2, 2, 2] } }), /add up to 6, not to 4/);
  refuses(changed({ rope_parameters: { ...nested, partial_rotary_factor: 2 } }), /partial_rotary_factor is 2/);
});

test('layer types may be listed', () => {
  const listed = ['full_attention', 'linear_attention'];
  assert.deepEqual(changed({ num_hidden_layers: 2, layer_types: listed })().layerTypes, listed);
  assert.deepEqual(changed({ full_attention_interval: 2, num_hidden_layers: 2 })().layerTypes, listed.toReversed());
  refuses(changed({ layer_types: listed }), /layer_types is .*, a list of 8 times/);
  refuses(changed({ num_hidden_layers: 1, layer_types: ['sliding_attention'] }), /layer_types/);
});

test('numbers that no model has and models that are not known are refused', () => {
  refuses(() => read({ model_type: 'llama' }), /model_type is "llama", known are qwen3_5, qwen3_5_moe/, 'unsupported');
  refuses(() => read({}), /model_type is null, known are/, 'unsupported');
  refuses(
    () => read({ model_type: 'qwen3_5', text_config: { ...text, model_type: 'qwen4' } }),
    /text_config.model_type is "qwen4"/,
    'unsupported',
  );
  refuses(changed({ hidden_size: undefined }), /hidden_size is missing, a whole number from 1/);
  for (const hidden_size of [0, -1, 1.5, '64', 1e12, null, [64]]) refuses(changed({ hidden_size }), /hidden_size is/);
  refuses(changed({ num_hidden_layers: 1e7 }), /num_hidden_layers is 10000000, at most 4096/);
  refuses(changed({ num_key_value_heads: 4 }), /6 attention heads cannot share 4/);
  refuses(changed({ linear_num_value_heads: 5 }), /5 linear value heads cannot share 2/);
  refuses(changed({ rms_norm_eps: 0 }), /rms_norm_eps is 0, a number above 0/);
  refuses(changed({ tie_word_embeddings: 'yes' }), /tie_word_embeddings is "yes", true or false/);
  refuses(changed({ attention_bias: true }), /attention_bias is true, only false/, 'unsupported');
  refuses(changed({ attn_output_gate: false }), /attn_output_gate is false, only true/, 'unsupported');
  refuses(changed({ hidden_act: 'gelu' }), /hidden_act is "gelu"/, 'unsupported');
  refuses(changed({ output_gate_type: 'sigmoid' }), /output_gate_type is "sigmoid"/, 'unsupported');
  assert.ok(changed({ output_gate_type: 'swish' })());
  refuses(changed({ mlp_only_layers: [1] }), /mlp_only_layers is \[1\]/, 'unsupported');
});
