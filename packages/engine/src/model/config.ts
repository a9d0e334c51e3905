import type { VisionConfig } from './vision-config.ts';

/**
 * What a Qwen 3.5 text model is, in numbers. Every checkpoint format ends in this one type; field names follow
 * Hugging Face's `config.json`, grouped by the part of the model that they shape.
 */
export type LayerType = 'linear_attention' | 'full_attention';

export type ModelConfig = {
  /** Hugging Face `model_type`, whatever the file format: `qwen3_5`, `qwen3_5_moe`, `qwen3_5_text`, … */
  modelType: string;
  /** Rows of the embedding, padding included. */
  vocabSize: number;
  hiddenSize: number;
  layerTypes: LayerType[];
  rmsNormEps: number;
  /** Longest sequence the checkpoint claims to handle, in tokens. */
  maxPositionEmbeddings: number;
  tieWordEmbeddings: boolean;
  attention: AttentionConfig;
  linear: LinearAttentionConfig;
  rope: RopeConfig;
  mlp: MlpConfig;
  /** Draft layers that the checkpoint carries (0 or 1). */
  mtpLayers: number;
  /** Null where it sees nothing. */
  vision: VisionConfig | null;
};

/** Gated full attention. `numHeads · headDim` need not equal `hiddenSize`. */
export type AttentionConfig = { numHeads: number; numKeyValueHeads: number; headDim: number };

/** Gated DeltaNet. Each key head serves `numValueHeads / numKeyHeads` value heads. */
export type LinearAttentionConfig = {
  numKeyHeads: number;
  numValueHeads: number;
  keyHeadDim: number;
  valueHeadDim: number;
  /** Taps of the causal depthwise convolution. */
  convKernel: number;
};

export type RopeConfig = {
  theta: number;
  /** Leading dimensions of a head that rotate; pairs are (i, i + dim/2). */
  dim: number;
  /** How many of the dim/2 frequencies follow time, height and width. */
  sections: readonly [number, number, number];
  yarn: YarnConfig | null;
};

export type YarnConfig = { factor: number; originalMaxPositionEmbeddings: number };

export type MlpConfig =
  | { kind: 'dense'; intermediateSize: number }
  | { kind: 'moe'; numExperts: number; numExpertsPerToken: number; expertSize: number; sharedExpertSize: number };

/** Bytes that all linear-attention layers remember of one sequence: recurrent and convolution states in f32. */
export function recurrentStateBytes({ linear, layerTypes }: Pick<ModelConfig, 'linear' | 'layerTypes'>): number {
  const layers = layerTypes.filter((type) => type === 'linear_attention').length;
  const heads = linear.numValueHeads * linear.keyHeadDim * linear.valueHeadDim;
  return layers * (heads + (linear.convKernel - 1) * convChannels(linear)) * 4;
}

/** Channels of the DeltaNet convolution: queries, keys and values side by side. */
export function convChannels(linear: LinearAttentionConfig): number {
  return 2 * linear.numKeyHeads * linear.keyHeadDim + linear.numValueHeads * linear.valueHeadDim;
}
