import { LanternError } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Checkpoint, TensorInfo } from './checkpoint.ts';
import { describeEncoding } from './describe-encoding.ts';
import { describeMemory, heldMatrices, type MemoryDescription } from './describe-memory.ts';
import { elementCount } from './stored-tensor.ts';
import { type TensorClass, tensorClass } from './tensor-class.ts';
import type { ModelWeights } from './weights.ts';

/** A checkpoint in plain data: what `lantern inspect` shows. */
export type CheckpointDescription = {
  path: string;
  /** Hugging Face `model_type`, whatever the file format. */
  architecture: string;
  format: Checkpoint['format'];
  /** Weights, not packed words. `active`: those of the text model that one token meets. */
  parameters: { total: number; text: number; active: number; vision: number; mtp: number };
  /** Of all tensors, as stored. */
  bytes: number;
  formats: FormatDescription[];
  layers: { total: number; linearAttention: number; fullAttention: number };
  config: ModelConfig;
  /** Null where the checkpoint cannot run. */
  memory: MemoryDescription | null;
  tokenizer: TokenizerDescription | null;
  chatTemplate: boolean;
  eosTokenIds: number[];
  runnable: true | { reason: string };
};

/** The tensors of one class and format. */
export type FormatDescription = {
  class: TensorClass;
  storedAs: string;
  /** How it lies in memory; null where it is not loaded. */
  heldAs: string | null;
  tensors: number;
  parameters: number;
  bytes: number;
};

/** Facts about the tokenizer, or why it cannot be used. */
export type TokenizerDescription =
  | { kind: 'json' | 'gguf'; vocabSize: number; addedTokens: number }
  | { kind: 'json' | 'gguf'; problem: string };

/** Describes an open checkpoint and what it needs for one sequence of `contextTokens`. */
export function describeCheckpoint(
  checkpoint: Checkpoint,
  { contextTokens }: { contextTokens: number },
): CheckpointDescription {
  const { config, tensors } = checkpoint;
  const weights = weightsOrReason(checkpoint);
  const fullAttention = config.layerTypes.filter((type) => type === 'full_attention').length;
  return {
    path: checkpoint.path,
    architecture: config.modelType,
    format: checkpoint.format,
    parameters: countParameters(config, tensors),
    bytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    formats: describeFormats(config, tensors, 'reason' in weights ? null : weights),
    layers: {
      total: config.layerTypes.length,
      linearAttention: config.layerTypes.length - fullAttention,
      fullAttention,
    },
    config,
    memory: 'reason' in weights ? null : describeMemory(config, weights, contextTokens),
    tokenizer: describeTokenizer(checkpoint),
    chatTemplate: checkpoint.chatTemplate !== null,
    eosTokenIds: checkpoint.generation.eosTokenIds,
    runnable: 'reason' in weights ? weights : true,
  };
}

function weightsOrReason(checkpoint: Checkpoint): ModelWeights | { reason: string } {
  try {
    return checkpoint.weights({ vision: checkpoint.config.vision !== null });
  } catch (error) {
    if (error instanceof LanternError) return { reason: error.message };
    throw error;
  }
}

function countParameters({ mlp }: ModelConfig, tensors: readonly TensorInfo[]): CheckpointDescription['parameters'] {
  const counts = { text: 0, vision: 0, mtp: 0 };
  let experts = 0;
  for (const tensor of tensors) {
    const count = elementCount(tensor.shape);
    counts[tensor.part] += count;
    if (tensorClass(tensor) === 'experts') experts += count;
  }
  const idle = mlp.kind === 'moe' ? experts * (1 - mlp.numExpertsPerToken / mlp.numExperts) : 0;
  const total = counts.text + counts.vision + counts.mtp;
  return { total, ...counts, active: Math.round(counts.text - idle) };
}

/** One entry for each class and format, in the order of their first tensors. */
function describeFormats(
  config: ModelConfig,
  tensors: readonly TensorInfo[],
  weights: ModelWeights | null,
): FormatDescription[] {
  const held = new Map<string, string>();
  if (weights)
    for (const { name, encoding } of heldMatrices(config, weights)) held.set(name, describeEncoding(encoding));
  const formats = new Map<string, FormatDescription>();
  for (const tensor of tensors) {
    const { name, storedAs, shape, bytes } = tensor;
    // What is no matrix of the plan is a norm or the like, kept as f32.
    const isLoaded = tensor.part === 'text' || (tensor.part === 'vision' && config.vision !== null);
    const heldAs = weights && isLoaded ? (held.get(name) ?? 'f32') : null;
    const kind = tensorClass(tensor);
    const key = `${kind}|${storedAs}|${heldAs}`;
    const entry = formats.get(key) ?? { class: kind, storedAs, heldAs, tensors: 0, parameters: 0, bytes: 0 };
    entry.tensors++;
    entry.parameters += elementCount(shape);
    entry.bytes += bytes;
    formats.set(key, entry);
  }
  return [...formats.values()];
}

function describeTokenizer({ tokenizer: source }: Checkpoint): TokenizerDescription | null {
  if (!source) return null;
  try {
    const tokenizer = Tokenizer.from(source);
    return { kind: source.kind, vocabSize: tokenizer.vocabSize, addedTokens: tokenizer.addedTokens.length };
  } catch (error) {
    if (error instanceof LanternError) return { kind: source.kind, problem: error.message };
    throw error;
  }
}
