import { LanternError } from '../errors.ts';
import type { LayerType, MlpConfig, ModelConfig, RopeConfig, YarnConfig } from '../model/config.ts';
import { checkConfig, defaultSections, layersByInterval, MAX_LAYERS } from './check-config.ts';
import { Fields } from './fields.ts';
import { isJsonObject, type JsonObject, shown } from './json.ts';
import { visionConfigFromHuggingFace } from './vision-config-reader.ts';

const KNOWN = ['qwen3_5', 'qwen3_5_moe', 'qwen3_5_text', 'qwen3_5_moe_text'];

/**
 * The model that a Hugging Face `config.json` describes, text-only or with a vision tower. `where` names the file in
 * errors.
 */
export function configFromHuggingFace(json: JsonObject, where: string): ModelConfig {
  const modelType = json.model_type;
  if (typeof modelType !== 'string' || !KNOWN.includes(modelType))
    throw new LanternError(
      'unsupported',
      `${where}: model_type is ${shown(modelType ?? null)}, known are ${KNOWN.join(', ')}`,
    );
  const text = isJsonObject(json.text_config) ? json.text_config : json;
  const textType = typeof text.model_type === 'string' ? text.model_type : modelType;
  if (!KNOWN.includes(textType))
    throw new LanternError(
      'unsupported',
      `${where}: text_config.model_type is ${shown(textType)}, known are ${KNOWN.join(', ')}`,
    );
  const fields = new Fields(where, (name) => text[name]);
  refuseVariants(fields);

  const headDim = fields.size('head_dim', 256);
  const maxPositionEmbeddings = fields.size('max_position_embeddings', 262144);
  const config: ModelConfig = {
    modelType,
    vocabSize: fields.size('vocab_size'),
    hiddenSize: fields.size('hidden_size'),
    layerTypes: readLayerTypes(fields),
    rmsNormEps: fields.positive('rms_norm_eps', 1e-6),
    maxPositionEmbeddings,
    tieWordEmbeddings: new Fields(where, (name) => json[name] ?? text[name]).flag('tie_word_embeddings', false),
    attention: {
      numHeads: fields.size('num_attention_heads'),
      numKeyValueHeads: fields.size('num_key_value_heads'),
      headDim,
    },
    linear: {
      numKeyHeads: fields.size('linear_num_key_heads'),
      numValueHeads: fields.size('linear_num_value_heads'),
      keyHeadDim: fields.size('linear_key_head_dim'),
      valueHeadDim: fields.size('linear_value_head_dim'),
      convKernel: fields.size('linear_conv_kernel_dim', 4),
    },
    rope: readRope(text, headDim, maxPositionEmbeddings, where),
    mlp: readMlp(fields, textType),
    mtpLayers: fields.size('mtp_num_hidden_layers', 0, 0),
    vision: visionConfigFromHuggingFace(json, where),
  };
  return checkConfig(config, where);
}

function readMlp(fields: Fields, textType: string): MlpConfig {
  if (!textType.includes('moe')) return { kind: 'dense', intermediateSize: fields.size('intermediate_size') };
  return {
    kind: 'moe',
    numExperts: fields.size('num_experts'),
    numExpertsPerToken: fields.size('num_experts_per_tok'),
    expertSize: fields.size('moe_intermediate_size'),
    sharedExpertSize: fields.size('shared_expert_intermediate_size'),
  };
}

/** `layer_types`, else every `full_attention_interval`-th layer with full attention. */
function readLayerTypes(fields: Fields): LayerType[] {
  const layers = fields.size('num_hidden_layers');
  if (layers > MAX_LAYERS) throw fields.bad('num_hidden_layers', `at most ${MAX_LAYERS}`);
  const listed = fields.get('layer_types');
  if (listed === undefined) return layersByInterval(layers, fields.size('full_attention_interval', 4));
  const known = (type: unknown): type is LayerType => type === 'linear_attention' || type === 'full_attention';
  if (!Array.isArray(listed) || listed.length !== layers || !listed.every(known))
    throw fields.bad('layer_types', `a list of ${layers} times linear_attention or full_attention`);
  return listed;
}

/** `rope_parameters` (or, in older files, `rope_scaling` and fields beside it). */
function readRope(text: JsonObject, headDim: number, maxPositionEmbeddings: number, where: string): RopeConfig {
  const nested = text.rope_parameters ?? text.rope_scaling;
  const rope = isJsonObject(nested) ? nested : {};
  const fields = new Fields(`${where}: rope_parameters`, (name) => rope[name] ?? text[name]);
  const factor = fields.positive('partial_rotary_factor', 0.25);
  if (factor > 1) throw fields.bad('partial_rotary_factor', 'at most 1');
  const dim = Math.floor(headDim * factor);
  const sections = fields.get('mrope_section') ?? defaultSections(dim / 2);
  if (!isSections(sections)) throw fields.bad('mrope_section', 'a list of three sizes');
  if (fields.get('mrope_interleaved') === false) throw fields.unsupported('mrope_interleaved', 'true');
  return {
    theta: fields.positive('rope_theta', 1e7),
    dim,
    sections,
    yarn: readYarn(fields, rope, maxPositionEmbeddings),
  };
}

function readYarn(fields: Fields, rope: JsonObject, maxPositionEmbeddings: number): YarnConfig | null {
  const type = rope.rope_type ?? rope.type ?? 'default';
  if (type === 'default' || type === 'mrope') return null;
  if (type !== 'yarn') throw fields.unsupported('rope_type' in rope ? 'rope_type' : 'type', '"default" or "yarn"');
  const factor = fields.positive('factor');
  const plain: Record<string, unknown> = { beta_fast: 32, beta_slow: 1, truncate: true };
  for (const [name, value] of Object.entries(plain))
    if ((rope[name] ?? value) !== value) throw fields.unsupported(name, shown(value));
  for (const name of ['attention_factor', 'mscale', 'mscale_all_dim'])
    if ((rope[name] ?? null) !== null) throw fields.unsupported(name, 'its absence');
  return {
    factor,
    originalMaxPositionEmbeddings: fields.size('original_max_position_embeddings', maxPositionEmbeddings),
  };
}

function isSections(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every((n) => Number.isInteger(n) && n >= 0);
}

/** Variants that the configuration could ask for and that no released model has. */
function refuseVariants(fields: Fields): void {
  if (!fields.flag('attn_output_gate', true)) throw fields.unsupported('attn_output_gate', 'true');
  if (fields.flag('attention_bias', false)) throw fields.unsupported('attention_bias', 'false');
  const activation = fields.get('hidden_act') ?? 'silu';
  if (activation !== 'silu') throw fields.unsupported('hidden_act', '"silu"');
  const gate = fields.get('output_gate_type') ?? 'swish';
  if (gate !== 'swish' && gate !== 'silu') throw fields.unsupported('output_gate_type', '"swish"');
  const dense = fields.get('mlp_only_layers') ?? [];
  if (!Array.isArray(dense) || dense.length > 0) throw fields.unsupported('mlp_only_layers', 'an empty list');
}
