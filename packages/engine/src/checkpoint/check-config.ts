import { LanternError } from '../errors.ts';
import type { LayerType, ModelConfig } from '../model/config.ts';
import type { VisionConfig } from '../model/vision-config.ts';

/** More layers than any model has. */
export const MAX_LAYERS = 4096;

/** Every `interval`-th layer has full attention. */
export function layersByInterval(layers: number, interval: number): LayerType[] {
  return Array.from({ length: layers }, (_, i) => ((i + 1) % interval === 0 ? 'full_attention' : 'linear_attention'));
}

/** How the frequencies are shared out among time, height and width where a text-only file does not say. */
export function defaultSections(half: number): [number, number, number] {
  return half === 32 ? [11, 11, 10] : [half, 0, 0];
}

/** Checks what the numbers of a model must fulfil together; `where` names their file. Returns the config. */
export function checkConfig(config: ModelConfig, where: string): ModelConfig {
  const { attention, linear, rope, mlp } = config;
  const check = (holds: boolean, message: string) => {
    if (!holds) throw new LanternError('bad-checkpoint', `${where}: ${message}`);
  };
  check(config.layerTypes.length >= 1 && config.layerTypes.length <= MAX_LAYERS, `${config.layerTypes.length} layers`);
  check(
    attention.numHeads % attention.numKeyValueHeads === 0,
    `${attention.numHeads} attention heads cannot share ${attention.numKeyValueHeads} key and value heads evenly`,
  );
  check(
    linear.numValueHeads % linear.numKeyHeads === 0,
    `${linear.numValueHeads} linear value heads cannot share ${linear.numKeyHeads} key heads evenly`,
  );
  check(
    Number.isInteger(rope.dim / 2) && rope.dim >= 2 && rope.dim <= attention.headDim,
    `${rope.dim} rotary dimensions, an even number up to the head's ${attention.headDim} is expected`,
  );
  const sections = rope.sections[0] + rope.sections[1] + rope.sections[2];
  check(
    sections === rope.dim / 2,
    `M-RoPE sections ${rope.sections.join(', ')} add up to ${sections}, not to ${rope.dim / 2}, half of the rotary dimensions`,
  );
  check(!rope.yarn || rope.yarn.factor >= 1, `a YaRN factor of ${rope.yarn?.factor}, at least 1 is expected`);
  if (mlp.kind === 'moe')
    check(
      mlp.numExpertsPerToken <= mlp.numExperts,
      `${mlp.numExpertsPerToken} experts a token of only ${mlp.numExperts} experts`,
    );
  return config;
}

/** Throws a LanternError where a model's files, at `path`, have no MTP module of one layer. */
export function checkDraftLayers({ mtpLayers }: ModelConfig, path: string): void {
  if (mtpLayers === 1) return;
  throw new LanternError(
    'unsupported',
    mtpLayers === 0
      ? `${path} has no MTP module`
      : `the MTP module of ${path} has ${mtpLayers} layers; only 1 is implemented`,
    'use a checkpoint that kept its mtp.* (in GGUF nextn) tensors, or drafts by prompt lookup (method "ngram")',
  );
}

/** The vision tower of a model. Throws a LanternError where its files, at `path`, have none, or one of another model. */
export function visionOf({ vision, hiddenSize }: ModelConfig, path: string): VisionConfig {
  if (!vision)
    throw new LanternError(
      'unsupported',
      `${path} has no vision tower`,
      'use a checkpoint that kept its vision tensors, or put the mmproj file of a GGUF beside it',
    );
  if (vision.outHiddenSize !== hiddenSize)
    throw new LanternError(
      'bad-checkpoint',
      `${path}: the vision tower gives embeddings of ${vision.outHiddenSize} numbers; the model's have ${hiddenSize}`,
      'use the vision tower of this very model',
    );
  return vision;
}
