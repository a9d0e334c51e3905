import { LanternError } from '../errors.ts';
import type { MlpConfig, ModelConfig } from '../model/config.ts';
import { layersByInterval } from './check-config.ts';

type Size = {
  hidden: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  linearValueHeads: number;
  tied: boolean;
  mlp: MlpConfig;
};

const dense = (intermediateSize: number): MlpConfig => ({ kind: 'dense', intermediateSize });
const moe = (numExperts: number, numExpertsPerToken: number, expertSize: number): MlpConfig => ({
  kind: 'moe',
  numExperts,
  numExpertsPerToken,
  expertSize,
  sharedExpertSize: expertSize,
});

/** What tells the released sizes apart, from their published configurations. */
const SIZES: Readonly<Record<string, Size>> = {
  '0.8b': { hidden: 1024, layers: 24, heads: 8, keyValueHeads: 2, linearValueHeads: 16, tied: true, mlp: dense(3584) },
  '2b': { hidden: 2048, layers: 24, heads: 8, keyValueHeads: 2, linearValueHeads: 16, tied: true, mlp: dense(6144) },
  '4b': { hidden: 2560, layers: 32, heads: 16, keyValueHeads: 4, linearValueHeads: 32, tied: true, mlp: dense(9216) },
  '9b': { hidden: 4096, layers: 32, heads: 16, keyValueHeads: 4, linearValueHeads: 32, tied: false, mlp: dense(12288) },
  '27b': {
    hidden: 5120,
    layers: 64,
    heads: 24,
    keyValueHeads: 4,
    linearValueHeads: 48,
    tied: false,
    mlp: dense(17408),
  },
  '35b-a3b': {
    hidden: 2048,
    layers: 40,
    heads: 16,
    keyValueHeads: 2,
    linearValueHeads: 32,
    tied: false,
    mlp: moe(256, 8, 512),
  },
  '122b-a10b': {
    hidden: 3072,
    layers: 48,
    heads: 32,
    keyValueHeads: 2,
    linearValueHeads: 64,
    tied: false,
    mlp: moe(256, 8, 1024),
  },
  '397b-a17b': {
    hidden: 4096,
    layers: 60,
    heads: 32,
    keyValueHeads: 2,
    linearValueHeads: 64,
    tied: false,
    mlp: moe(512, 10, 1024),
  },
};

/** Names of the sizes whose shapes are known. */
export const SHAPE_NAMES: readonly string[] = Object.keys(SIZES);

/** The text model of a released size, named as `0.8b` or `35b-a3b`. */
export function shapeConfig(name: string): ModelConfig {
  const key = name.toLowerCase();
  if (!Object.hasOwn(SIZES, key))
    throw new LanternError('bad-input', `no shape is called "${name}", known are ${SHAPE_NAMES.join(', ')}`);
  const { hidden, layers, heads, keyValueHeads, linearValueHeads, tied, mlp } = SIZES[key]!;
  return {
    modelType: mlp.kind === 'moe' ? 'qwen3_5_moe' : 'qwen3_5',
    vocabSize: 248320,
    hiddenSize: hidden,
    layerTypes: layersByInterval(layers, 4),
    rmsNormEps: 1e-6,
    maxPositionEmbeddings: 262144,
    tieWordEmbeddings: tied,
    attention: { numHeads: heads, numKeyValueHeads: keyValueHeads, headDim: 256 },
    linear: { numKeyHeads: 16, numValueHeads: linearValueHeads, keyHeadDim: 128, valueHeadDim: 128, convKernel: 4 },
    rope: { theta: 1e7, dim: 64, sections: [11, 11, 10], yarn: null },
    mlp,
    mtpLayers: 0,
    vision: null,
  };
}

/** What to change in a shape; the rest stays. `layers` keeps every fourth layer with full attention. */
export type Scale = { layers?: number; vocabSize?: number; hiddenSize?: number; mlpSize?: number; numExperts?: number };

/** A smaller (or larger) model of the same build. `mlpSize` is the dense or the routed and shared experts' width. */
export function scaleShape(config: ModelConfig, scale: Scale): ModelConfig {
  const { mlp } = config;
  return {
    ...config,
    vocabSize: scale.vocabSize ?? config.vocabSize,
    hiddenSize: scale.hiddenSize ?? config.hiddenSize,
    layerTypes: scale.layers === undefined ? config.layerTypes : layersByInterval(scale.layers, 4),
    mlp:
      mlp.kind === 'dense'
        ? dense(scale.mlpSize ?? mlp.intermediateSize)
        : moe(
            scale.numExperts ?? mlp.numExperts,
            Math.min(mlp.numExpertsPerToken, scale.numExperts ?? mlp.numExperts),
            scale.mlpSize ?? mlp.expertSize,
          ),
  };
}
