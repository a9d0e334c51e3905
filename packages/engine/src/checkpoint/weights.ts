import type { MatrixLayout } from './matrix-layout.ts';

/**
 * The canonical set of weights. Whatever file they come from:
 *
 * - norms are plain multipliers (a stored 1 + w is already added up);
 * - `decay` is −exp(A_log);
 * - value heads of DeltaNet are tiled: value head n reads key head n mod numKeyHeads;
 * - query rows keep their pairs a head: head h owns rows [2·h·d, 2·h·d + d) for the query and the next d for its gate;
 * - every expert is a matrix of its own, gate and up apart.
 */
export type ModelWeights = {
  /** [vocabSize, hiddenSize] */
  embedding: WeightMatrix;
  layers: LayerWeights[];
  /** [hiddenSize] */
  norm: Float32Array;
  /** [vocabSize, hiddenSize]; the very same object as `embedding` where they are tied. */
  output: WeightMatrix;
  /** Only where they were asked for: see `Checkpoint.weights`. */
  draft: DraftWeights | null;
  vision: VisionWeights | null;
};

/** The vision tower. Matrices are [outputs, inputs]; v is its hidden size. */
export type VisionWeights = {
  /** [v, 3 · patchSize²] for each of the two frames, inputs as [channel, y, x] */
  patches: { kernels: readonly [WeightMatrix, WeightMatrix]; bias: Float32Array };
  /** [positionSide², v], row by row of the square */
  positions: Float32Array;
  layers: VisionLayerWeights[];
  /** From four patches side by side, 4v, over 4v to the text model's hidden size. */
  merger: { norm: VisionNorm; up: VisionLinear; down: VisionLinear };
};

export type VisionLayerWeights = {
  norm1: VisionNorm;
  /** [3v, v]: rows of queries, keys, values */
  qkv: VisionLinear;
  out: VisionLinear;
  norm2: VisionNorm;
  up: VisionLinear;
  down: VisionLinear;
};

export type VisionNorm = { weight: Float32Array; bias: Float32Array };
export type VisionLinear = { weight: WeightMatrix; bias: Float32Array };

/** The MTP module (multi-token prediction): it guesses the token after the next. */
export type DraftWeights = {
  /** [hiddenSize]: before the embedding of the next token, and before the hidden state of this one */
  embeddingNorm: Float32Array;
  hiddenNorm: Float32Array;
  /** [hiddenSize, hiddenSize]: what these two are multiplied by before they are added up */
  fromEmbedding: WeightMatrix;
  fromHidden: WeightMatrix;
  /** Its mixer has full attention. */
  layer: LayerWeights;
  /** [hiddenSize] */
  norm: Float32Array;
  /** [vocabSize, hiddenSize]; mostly the very same objects as the model's own. */
  embedding: WeightMatrix;
  output: WeightMatrix;
};

export type LayerWeights = {
  /** [hiddenSize] */
  inputNorm: Float32Array;
  mixer: LinearAttentionWeights | FullAttentionWeights;
  /** [hiddenSize] */
  postAttentionNorm: Float32Array;
  mlp: DenseMlpWeights | MoeMlpWeights;
};

export type LinearAttentionWeights = {
  type: 'linear_attention';
  /** [convChannels, hiddenSize]: rows of queries, keys, values */
  qkv: WeightMatrix;
  /** [numValueHeads · valueHeadDim, hiddenSize]: the output gate */
  z: WeightMatrix;
  /** [numValueHeads, hiddenSize]: write strength, before the sigmoid */
  b: WeightMatrix;
  /** [numValueHeads, hiddenSize]: decay input, before dtBias and softplus */
  a: WeightMatrix;
  /** [convChannels, convKernel]: the last tap meets the current token */
  conv: Float32Array;
  /** [numValueHeads]: −exp(A_log) */
  decay: Float32Array;
  /** [numValueHeads] */
  dtBias: Float32Array;
  /** [valueHeadDim] */
  norm: Float32Array;
  /** [hiddenSize, numValueHeads · valueHeadDim] */
  out: WeightMatrix;
};

export type FullAttentionWeights = {
  type: 'full_attention';
  /** [2 · numHeads · headDim, hiddenSize]: query and gate of head 0, of head 1, … */
  q: WeightMatrix;
  /** [numKeyValueHeads · headDim, hiddenSize] */
  k: WeightMatrix;
  v: WeightMatrix;
  /** [headDim] */
  qNorm: Float32Array;
  kNorm: Float32Array;
  /** [hiddenSize, numHeads · headDim] */
  out: WeightMatrix;
};

/** [size, hiddenSize], [size, hiddenSize], [hiddenSize, size] */
export type SwigluWeights = { gate: WeightMatrix; up: WeightMatrix; down: WeightMatrix };
export type DenseMlpWeights = { kind: 'dense' } & SwigluWeights;
export type MoeMlpWeights = {
  kind: 'moe';
  /** [numExperts, hiddenSize] */
  router: WeightMatrix;
  experts: SwigluWeights[];
  shared: SwigluWeights;
  /** [1, hiddenSize] */
  sharedGate: WeightMatrix;
};

/**
 * How the numbers of a matrix are held once read. `blocks` covers every block format: along a row, each `group`
 * neighbours share a scale (and perhaps a minimum), and
 *
 *   value = scale · (code − zero)            without minima
 *   value = scale · code + min               with minima (`zero` is then 0)
 *
 * 4-bit codes are 0..15 and 6-bit codes 0..63 (the low bits of a byte), 8-bit codes −128..127; where those are `levels`,
 * they are only ever one of these sixteen. `scales` says what scales and minima are: any f32; exactly an f16 each; or whole numbers −128..127 times a unit, an f16 that 256 neighbours share.
 */
export type Encoding =
  | { kind: 'f32' }
  | { kind: 'f16' }
  | { kind: 'bf16' }
  /** e4m3 codes; one scale for each 128 neighbours of a row. */
  | { kind: 'fp8' }
  | {
      kind: 'blocks';
      bits: 4 | 6 | 8;
      group: 16 | 32;
      zero: number;
      minima: boolean;
      scales: 'f32' | 'f16' | 'units';
      levels?: readonly number[];
    };

/** Neighbours along a row that share a unit of their scales. */
export const UNIT_SPAN = 256;

/** Some whole rows of a matrix, row-major, as the encoding says. The arrays are good until the next read of any matrix of the model. */
export type Rows =
  | { kind: 'f32'; values: Float32Array }
  | { kind: 'f16'; bits: Uint16Array }
  | { kind: 'bf16'; bits: Uint16Array }
  /** `scales`: [rows, ceil(columns / 128)] */
  | { kind: 'fp8'; codes: Uint8Array; scales: Float32Array }
  /** `scales`, `minima`: [rows, columns / group]; in units where there are any: [rows, columns / 256] of either */
  | {
      kind: 'blocks';
      codes: Int8Array;
      scales: Float32Array;
      minima: Float32Array | null;
      units: { scales: Float32Array; minima: Float32Array | null } | null;
    };

/** A matrix that still lies in its file. Reading is synchronous, a few MiB at a time, and allocates no second copy. */
export type WeightMatrix = {
  /** Name in the file, for messages. */
  name: string;
  /** Format in the file, as its own world spells it: `BF16`, `Q4_K`, `GPTQ-Int4`, `F8_E4M3`. */
  storedAs: string;
  /** Bytes it takes in the file. */
  storedBytes: number;
  rows: number;
  columns: number;
  /** What `read` yields. */
  encoding: Encoding;
  /**
   * Whether products may round what the matrix meets to 8 bits, as is the custom of its format (the block formats of
   * GGUF). Everything else meets f32.
   */
  roundsActivations: boolean;
  /** How it lies in its files, for `openMatrix` in another thread; null where it does not come from files. */
  layout: MatrixLayout | null;
  /**
   * Fills `into` with rows [from, to) as they lie in the file, in the format `storedAs`; null where they do not lie there
   * so. Throws as `read` does.
   */
  readStored: ((from: number, to: number, into: Uint8Array) => void) | null;
  /** Rows [from, to). Throws a LanternError where the file breaks its promises. */
  read(from: number, to: number): Rows;
};
