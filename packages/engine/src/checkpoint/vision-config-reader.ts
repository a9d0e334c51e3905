import { LanternError } from '../errors.ts';
import type { VisionConfig } from '../model/vision-config.ts';
import { Fields } from './fields.ts';
import type { GgufMetadata, GgufValue } from './gguf.ts';
import { isJsonObject, type JsonObject, shown } from './json.ts';

/** Layers beyond which a number is a mistake. */
const MAX_DEPTH = 256;

/** The tower that `vision_config` of a `config.json` describes; null where there is none. */
export function visionConfigFromHuggingFace(json: JsonObject, where: string): VisionConfig | null {
  const vision = json.vision_config;
  if (!isJsonObject(vision)) return null;
  const fields = new Fields(`${where}: vision_config`, (name) => vision[name]);
  const deepstack = fields.get('deepstack_visual_indexes') ?? [];
  if (!Array.isArray(deepstack) || deepstack.length > 0)
    throw fields.unsupported('deepstack_visual_indexes', 'an empty list');
  const activation = fields.get('hidden_act') ?? 'gelu_pytorch_tanh';
  if (activation !== 'gelu_pytorch_tanh') throw fields.unsupported('hidden_act', '"gelu_pytorch_tanh"');
  if (fields.size('in_channels', 3) !== 3) throw fields.unsupported('in_channels', '3');
  return checkVisionConfig(
    {
      depth: fields.size('depth'),
      hiddenSize: fields.size('hidden_size'),
      intermediateSize: fields.size('intermediate_size'),
      numHeads: fields.size('num_heads'),
      outHiddenSize: fields.size('out_hidden_size'),
      patchSize: fields.size('patch_size', 16),
      temporalPatchSize: fields.size('temporal_patch_size', 2),
      spatialMergeSize: fields.size('spatial_merge_size', 2),
      positionSide: Math.sqrt(fields.size('num_position_embeddings', 2304)),
      layerNormEps: 1e-6,
    },
    where,
  );
}

/** Qwen 3.5's, by its name in GGUF. */
const PROJECTOR = 'qwen3vl_merger';

/** Whether the metadata of a GGUF file are those of a tower for models whose hidden state is so wide. */
export function isTowerFor(hiddenSize: number, metadata: GgufMetadata): boolean {
  return projectorOf(metadata) === PROJECTOR && metadata.get('clip.vision.projection_dim') === hiddenSize;
}

/** The tower that the metadata of an mmproj file describes; `positions`: rows of its table. */
export function visionConfigFromGguf(metadata: GgufMetadata, positions: number, where: string): VisionConfig {
  const projector = projectorOf(metadata);
  if (projector !== PROJECTOR)
    throw new LanternError(
      'unsupported',
      `${where}: clip.projector_type is ${shown(projector ?? null)}, only ${shown(PROJECTOR)} is implemented`,
      'use the mmproj file of this very model',
    );
  const fields = new Fields(where, (name) => metadata.get(`clip.vision.${name}`));
  const deepstack = fields.get('is_deepstack_layers') ?? new Uint8Array();
  if (!(deepstack instanceof Uint8Array) || deepstack.some(Boolean))
    throw fields.unsupported('is_deepstack_layers', 'false for all layers');
  return checkVisionConfig(
    {
      depth: fields.size('block_count'),
      hiddenSize: fields.size('embedding_length'),
      intermediateSize: fields.size('feed_forward_length'),
      numHeads: fields.size('attention.head_count'),
      outHiddenSize: fields.size('projection_dim'),
      patchSize: fields.size('patch_size', 16),
      temporalPatchSize: 2,
      spatialMergeSize: fields.size('spatial_merge_size', 2),
      positionSide: Math.sqrt(positions),
      layerNormEps: fields.positive('attention.layer_norm_epsilon', 1e-6),
    },
    where,
  );
}

function projectorOf(metadata: GgufMetadata): GgufValue | undefined {
  return metadata.get('clip.projector_type') ?? metadata.get('clip.vision.projector_type');
}

function checkVisionConfig(config: VisionConfig, where: string): VisionConfig {
  const { depth, hiddenSize, numHeads, patchSize, temporalPatchSize, spatialMergeSize, positionSide } = config;
  const headDim = hiddenSize / numHeads;
  const refuse = (what: string) => new LanternError('bad-checkpoint', `${where}: ${what}`);
  if (depth > MAX_DEPTH) throw refuse(`the vision tower has ${depth} layers, at most ${MAX_DEPTH} are expected`);
  if (!Number.isInteger(headDim) || headDim % 4 !== 0)
    throw refuse(`a vision head has ${headDim} dimensions, a multiple of 4 is expected`);
  if (!Number.isInteger(positionSide)) throw refuse('the table of vision positions is no square');
  if (patchSize !== 16 || temporalPatchSize !== 2 || spatialMergeSize !== 2)
    throw new LanternError(
      'unsupported',
      `${where}: patches of ${patchSize} pixels and ${temporalPatchSize} frames, merged by ${spatialMergeSize}; only 16, 2 and 2 are implemented`,
    );
  return config;
}
