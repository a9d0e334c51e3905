import { PAGE_TOKENS } from '../model/batch.ts';
import { type ModelConfig, recurrentStateBytes } from '../model/config.ts';
import { recordForward } from '../model/forward.ts';
import { matricesOf, matricesOfTower, roundsActivations } from '../model/plan-matrices.ts';
import { recordVisionTower } from '../model/vision-tower.ts';
import { cacheLayout } from '../wasm/cache-format.ts';
import { heldBytes } from '../wasm/held-bytes.ts';
import { describeEncoding } from './describe-encoding.ts';
import type { ModelWeights, WeightMatrix } from './weights.ts';

/** Bytes that a model takes once loaded, without scratch (some MiB a thread). */
export type MemoryDescription = {
  contextTokens: number;
  /** Matrices as they are held, by encoding, largest first. */
  weights: { encoding: string; bytes: number }[];
  weightBytes: number;
  /** Keys and values of all full-attention layers: f16 where the weights are quantised, otherwise f32. */
  cacheBytesPerToken: number;
  /** Recurrent and convolution states of all linear layers, f32: the same at any length. */
  stateBytesPerSequence: number;
  /** Weights, and one sequence of `contextTokens`. */
  totalBytes: number;
};

/** The matrices of the text model and, where it was read, of the vision tower. */
export function heldMatrices(config: ModelConfig, weights: ModelWeights): WeightMatrix[] {
  const tower = config.vision && weights.vision ? recordVisionTower(config.vision, weights.vision) : null;
  return [...matricesOf(recordForward(config, weights)), ...(tower ? matricesOfTower(tower) : [])];
}

/** What a model of this config takes with one sequence of `contextTokens`. */
export function describeMemory(config: ModelConfig, weights: ModelWeights, contextTokens: number): MemoryDescription {
  const plan = recordForward(config, weights);
  const byEncoding = new Map<string, number>();
  for (const matrix of heldMatrices(config, weights)) {
    const name = describeEncoding(matrix.encoding);
    byEncoding.set(name, (byEncoding.get(name) ?? 0) + heldBytes(matrix));
  }
  const held = Array.from(byEncoding, ([encoding, bytes]) => ({ encoding, bytes })).sort((a, b) => b.bytes - a.bytes);
  const weightBytes = held.reduce((sum, { bytes }) => sum + bytes, 0);

  const { attention, layerTypes } = config;
  const fullLayers = layerTypes.filter((type) => type === 'full_attention').length;
  const { headBytes } = cacheLayout(roundsActivations(plan) ? 'f16' : 'f32', attention.headDim);
  const cacheBytesPerToken = (fullLayers * 2 * attention.numKeyValueHeads * headBytes) / PAGE_TOKENS;
  const stateBytesPerSequence = recurrentStateBytes(config);
  return {
    contextTokens,
    weights: held,
    weightBytes,
    cacheBytesPerToken,
    stateBytesPerSequence,
    totalBytes: weightBytes + stateBytesPerSequence + contextTokens * cacheBytesPerToken,
  };
}
