import type { TensorInfo } from '../../packages/engine/src/checkpoint/checkpoint.ts';
import { type ModelConfig, recurrentStateBytes } from '../../packages/engine/src/model/config.ts';

/** Bytes of a number in the attention cache: f16. */
const CACHE_BYTES = 2;

/**
 * Bytes that memory delivers for one decoding step if weights are read as the file stores them: every tensor once, of an
 * untied embedding nothing that counts, of the routed experts as many as uniform routing picks on average, and each
 * sequence's recurrent state (f32) and cache (f16).
 */
export function storedDecodeBytes(
  config: ModelConfig,
  tensors: readonly Pick<TensorInfo, 'name' | 'bytes'>[],
  sequences: number,
  contextTokens: number,
): number {
  const { attention, layerTypes, mlp } = config;
  const touched = mlp.kind === 'moe' ? 1 - (1 - mlp.numExpertsPerToken / mlp.numExperts) ** sequences : 1;
  const fullLayers = layerTypes.filter((type) => type === 'full_attention').length;
  const cache = 2 * fullLayers * attention.numKeyValueHeads * attention.headDim * CACHE_BYTES * contextTokens;
  let bytes = sequences * (recurrentStateBytes(config) + cache);
  for (const tensor of tensors) {
    if (isLookup(tensor.name, config)) continue;
    bytes += tensor.bytes * (isExperts(tensor.name) ? touched : 1);
  }
  return bytes;
}

/** Multiplications and additions of one prompt token with the layers' matrices; the head is for the last one only. */
export function promptOperations({ mlp }: ModelConfig, tensors: readonly Pick<TensorInfo, 'name' | 'shape'>[]): number {
  const share = mlp.kind === 'moe' ? mlp.numExpertsPerToken / mlp.numExperts : 1;
  let operations = 0;
  for (const { name, shape } of tensors) {
    if (!name.startsWith('blk.') || shape.length < 2 || name.includes('conv1d')) continue;
    operations += 2 * shape.reduce((product, size) => product * size, 1) * (isExperts(name) ? share : 1);
  }
  return operations;
}

function isLookup(name: string, { tieWordEmbeddings }: ModelConfig): boolean {
  return name === 'token_embd.weight' && !tieWordEmbeddings;
}

function isExperts(name: string): boolean {
  return name.endsWith('_exps.weight');
}
