import { LanternError } from '../errors.ts';
import type { LayerType, MlpConfig, ModelConfig, YarnConfig } from '../model/config.ts';
import { checkConfig, defaultSections, layersByInterval, MAX_LAYERS } from './check-config.ts';
import { Fields } from './fields.ts';
import type { GgufHeader, GgufMetadata } from './gguf.ts';
import { shown } from './json.ts';

/** Architectures by their name in GGUF, and the `model_type` of the same in Hugging Face files. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['qwen35', 'qwen3_5'],
  ['qwen35moe', 'qwen3_5_moe'],
]);

/** The model that the metadata of a GGUF file describes; the vocabulary's size and tying show in its tensors. */
export function configFromGguf({ metadata, tensors }: GgufHeader, where: string): ModelConfig {
  const architecture = metadata.get('general.architecture');
  const modelType = typeof architecture === 'string' ? KNOWN.get(architecture) : undefined;
  if (modelType === undefined)
    throw new LanternError(
      'unsupported',
      `${where}: general.architecture is ${shown(architecture ?? null)}, known are ${[...KNOWN.keys()].join(', ')}`,
      architecture === 'clip' ? 'it is a vision tower (mmproj); name the model that it belongs to' : undefined,
    );
  const fields = new Fields(where, (name) => metadata.get(`${architecture}.${name}`));
  const embedding = tensors.find((tensor) => tensor.name === 'token_embd.weight');
  if (!embedding) throw new LanternError('bad-checkpoint', `${where}: tensor token_embd.weight is missing`);

  const mtpLayers = fields.size('nextn_predict_layers', 0, 0);
  const blocks = fields.size('block_count');
  const layers = blocks - mtpLayers;
  if (layers < 1 || layers > MAX_LAYERS)
    throw fields.bad('block_count', `${mtpLayers} draft layers plus 1 to ${MAX_LAYERS}`);
  const headDim = fields.size('attention.key_length');
  if (fields.size('attention.value_length', headDim) !== headDim)
    throw fields.unsupported('attention.value_length', `${headDim}, like attention.key_length,`);
  const numValueHeads = fields.size('ssm.time_step_rank');
  const valueHeadDim = fields.size('ssm.inner_size') / numValueHeads;
  if (!Number.isInteger(valueHeadDim)) throw fields.bad('ssm.inner_size', `a multiple of ${numValueHeads} value heads`);
  const dim = fields.size('rope.dimension_count', Math.floor(headDim / 4));
  const config: ModelConfig = {
    modelType,
    vocabSize: embedding.shape[0]!,
    hiddenSize: fields.size('embedding_length'),
    layerTypes: readLayerTypes(fields, layers),
    rmsNormEps: fields.positive('attention.layer_norm_rms_epsilon', 1e-6),
    maxPositionEmbeddings: fields.size('context_length', 262144),
    tieWordEmbeddings: !tensors.some((tensor) => tensor.name === 'output.weight'),
    attention: {
      numHeads: fields.size('attention.head_count'),
      numKeyValueHeads: fields.size('attention.head_count_kv'),
      headDim,
    },
    linear: {
      numKeyHeads: fields.size('ssm.group_count'),
      numValueHeads,
      keyHeadDim: fields.size('ssm.state_size'),
      valueHeadDim,
      convKernel: fields.size('ssm.conv_kernel'),
    },
    rope: {
      theta: fields.positive('rope.freq_base', 1e7),
      dim,
      sections: readSections(fields, dim),
      yarn: readYarn(fields),
    },
    mlp: readMlp(fields, modelType),
    mtpLayers,
    // In a file of its own.
    vision: null,
  };
  return checkConfig(config, where);
}

function readMlp(fields: Fields, modelType: string): MlpConfig {
  if (modelType !== 'qwen3_5_moe') return { kind: 'dense', intermediateSize: fields.size('feed_forward_length') };
  const expertSize = fields.size('expert_feed_forward_length');
  return {
    kind: 'moe',
    numExperts: fields.size('expert_count'),
    numExpertsPerToken: fields.size('expert_used_count'),
    expertSize,
    sharedExpertSize: fields.size('expert_shared_feed_forward_length', expertSize),
  };
}

/** `attention.recurrent_layers`, which may count draft layers too, else the interval. */
function readLayerTypes(fields: Fields, layers: number): LayerType[] {
  const listed = fields.get('attention.recurrent_layers');
  if (listed === undefined) return layersByInterval(layers, fields.size('full_attention_interval', 4));
  if (!ArrayBuffer.isView(listed) || (listed as Uint8Array).length < layers)
    throw fields.bad('attention.recurrent_layers', `a flag for each of ${layers} layers`);
  return Array.from({ length: layers }, (_, i) => ((listed as Uint8Array)[i] ? 'linear_attention' : 'full_attention'));
}

/** Time, height and width; a fourth section, where there is one, is empty. */
function readSections(fields: Fields, dim: number): [number, number, number] {
  const listed = fields.get('rope.dimension_sections');
  if (listed === undefined) return defaultSections(dim / 2);
  const sections = ArrayBuffer.isView(listed) ? Array.from(listed as Int32Array) : [];
  const fits = sections.length === 3 || (sections.length === 4 && sections[3] === 0);
  if (!fits || !sections.every((n) => Number.isInteger(n) && n >= 0))
    throw fields.bad('rope.dimension_sections', 'three sizes and perhaps a zero');
  return [sections[0]!, sections[1]!, sections[2]!];
}

function readYarn(fields: Fields): YarnConfig | null {
  const type = fields.get('rope.scaling.type') ?? 'none';
  if (type === 'none') return null;
  if (type !== 'yarn') throw fields.unsupported('rope.scaling.type', '"none" or "yarn"');
  return {
    factor: fields.positive('rope.scaling.factor'),
    originalMaxPositionEmbeddings: fields.size('rope.scaling.original_context_length'),
  };
}

/** A number of the metadata that is a token id, or null. */
export function ggufTokenId(metadata: GgufMetadata, key: string): number | null {
  const value = metadata.get(key);
  return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
