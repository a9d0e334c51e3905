import type {
  DraftWeights,
  Encoding,
  LayerWeights,
  ModelWeights,
  Rows,
  SwigluWeights,
  WeightMatrix,
} from '../src/checkpoint/weights.ts';
import { convChannels, type LayerType, type ModelConfig } from '../src/model/config.ts';
import { noise } from '../src/wasm/kernels/kernel-test.ts';

/** A small model of odd sizes: three value heads a key head, odd widths, a router or not. */
export function smallConfig(kind: 'dense' | 'moe'): ModelConfig {
  return {
    modelType: 'qwen3_5',
    vocabSize: 75,
    hiddenSize: 96,
    layerTypes: ['linear_attention', 'full_attention', 'linear_attention'],
    rmsNormEps: 1e-6,
    maxPositionEmbeddings: 1024,
    tieWordEmbeddings: true,
    attention: { numHeads: 4, numKeyValueHeads: 2, headDim: 32 },
    linear: { numKeyHeads: 2, numValueHeads: 6, keyHeadDim: 16, valueHeadDim: 32, convKernel: 4 },
    rope: { theta: 10000, dim: 12, sections: [3, 2, 1], yarn: null },
    mlp:
      kind === 'dense'
        ? { kind, intermediateSize: 160 }
        : { kind, numExperts: 6, numExpertsPerToken: 2, expertSize: 64, sharedExpertSize: 96 },
    mtpLayers: 0,
    vision: null,
  };
}

/** Random weights of a config, all matrices in one encoding; with a draft head if wanted. */
export function randomModel(config: ModelConfig, encoding: Encoding, { draft = false } = {}): ModelWeights {
  const random = noise(1);
  const { hiddenSize: H, attention, linear, mlp } = config;
  const floats = (count: number, mean = 0, deviation = 0.1) =>
    Float32Array.from({ length: count }, () => mean + deviation * random());
  const matrix = (rows: number, columns: number): WeightMatrix => randomMatrix(rows, columns, encoding, random);
  const swiglu = (size: number): SwigluWeights => ({
    gate: matrix(size, H),
    up: matrix(size, H),
    down: matrix(H, size),
  });
  const layer = (type: LayerType): LayerWeights => {
    const valueWidth = linear.numValueHeads * linear.valueHeadDim;
    const mixer =
      type === 'linear_attention'
        ? {
            type,
            qkv: matrix(convChannels(linear), H),
            z: matrix(valueWidth, H),
            b: matrix(linear.numValueHeads, H),
            a: matrix(linear.numValueHeads, H),
            conv: floats(convChannels(linear) * linear.convKernel, 0, 0.5),
            // Below zero as in every checkpoint, or the state grows without end.
            decay: floats(linear.numValueHeads, -0.5, 0.2).map((x) => -Math.abs(x)),
            dtBias: floats(linear.numValueHeads, 0, 1),
            norm: floats(linear.valueHeadDim, 1),
            out: matrix(H, valueWidth),
          }
        : {
            type,
            q: matrix(2 * attention.numHeads * attention.headDim, H),
            k: matrix(attention.numKeyValueHeads * attention.headDim, H),
            v: matrix(attention.numKeyValueHeads * attention.headDim, H),
            qNorm: floats(attention.headDim, 1.5),
            kNorm: floats(attention.headDim, 1.5),
            out: matrix(H, attention.numHeads * attention.headDim),
          };
    return {
      inputNorm: floats(H, 1),
      mixer,
      postAttentionNorm: floats(H, 1),
      mlp:
        mlp.kind === 'dense'
          ? { kind: 'dense', ...swiglu(mlp.intermediateSize) }
          : {
              kind: 'moe',
              router: randomMatrix(mlp.numExperts, H, { kind: 'f32' }, random),
              experts: Array.from({ length: mlp.numExperts }, () => swiglu(mlp.expertSize)),
              shared: swiglu(mlp.sharedExpertSize),
              sharedGate: matrix(1, H),
            },
    };
  };
  const layers = config.layerTypes.map(layer);
  const embedding = matrix(config.vocabSize, H);
  const norm = floats(H, 1);
  const head = (): DraftWeights => ({
    embeddingNorm: floats(H, 1),
    hiddenNorm: floats(H, 1),
    fromEmbedding: matrix(H, H),
    fromHidden: matrix(H, H),
    layer: layer('full_attention'),
    norm: floats(H, 1),
    embedding,
    output: embedding,
  });
  return { embedding, layers, norm, output: embedding, draft: draft ? head() : null, vision: null };
}

function randomMatrix(rows: number, columns: number, encoding: Encoding, random: () => number): WeightMatrix {
  const deviation = 1 / Math.sqrt(columns);
  const values = Float32Array.from({ length: rows * columns }, () => deviation * random());
  const codes = Int8Array.from(values, (x) => Math.max(-8, Math.min(7, Math.round((x / deviation) * 3))) + 8);
  const perRow = columns / 32;
  const read = (from: number, to: number): Rows => {
    if (encoding.kind === 'f32') return { kind: 'f32', values: values.subarray(from * columns, to * columns) };
    const scales = new Float32Array((to - from) * perRow).fill(Float16Array.of(deviation / 3)[0]!);
    return { kind: 'blocks', codes: codes.subarray(from * columns, to * columns), scales, minima: null, units: null };
  };
  const storedBytes = rows * columns * 4;
  const from = { name: 'random', storedAs: 'random', storedBytes, layout: null, readStored: null };
  return { ...from, rows, columns, encoding, roundsActivations: true, read };
}
