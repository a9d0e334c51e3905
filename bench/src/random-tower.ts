import { type ModelConfig, type ModelWeights, parseRandomQuant, randomWeights, shapeConfig } from '@lantern/engine';
import { scaleShape } from '../../packages/engine/src/checkpoint/shapes.ts';
import type {
  VisionLinear,
  VisionNorm,
  VisionWeights,
  WeightMatrix,
} from '../../packages/engine/src/checkpoint/weights.ts';
import type { VisionConfig } from '../../packages/engine/src/model/vision-config.ts';

/** Depth, hidden size, MLP width and heads of the towers of released sizes. */
const TOWERS: Readonly<Record<string, readonly [depth: number, hidden: number, mlp: number, heads: number]>> = {
  '0.8b': [12, 768, 3072, 12],
  '4b': [24, 1024, 4096, 16],
  '9b': [27, 1152, 4304, 16],
};

/** The tower of a released size. Throws where that is none. */
export function towerConfig(size: string): VisionConfig {
  const tower = Object.hasOwn(TOWERS, size) ? TOWERS[size] : undefined;
  if (!tower) throw new Error(`--size ${size}: known are ${Object.keys(TOWERS).join(', ')}`);
  const [depth, hiddenSize, intermediateSize, numHeads] = tower;
  return {
    depth,
    hiddenSize,
    intermediateSize,
    numHeads,
    outHiddenSize: shapeConfig(size).hiddenSize,
    patchSize: 16,
    temporalPatchSize: 2,
    spatialMergeSize: 2,
    positionSide: 48,
    layerNormEps: 1e-6,
  };
}

/** A text model of as little as there can be under a tower. */
export function smallRandomModel(vision: VisionConfig): { config: ModelConfig; weights: ModelWeights } {
  const shape = scaleShape(shapeConfig('0.8b'), {
    layers: 4,
    vocabSize: 512,
    hiddenSize: vision.outHiddenSize,
    mlpSize: 512,
  });
  return { config: { ...shape, vision }, weights: randomWeights(shape, parseRandomQuant('q8_0'), 1) };
}

/** Random BF16 weights under which activations stay finite. */
export function randomTower(config: VisionConfig): VisionWeights {
  const { depth, hiddenSize: v, intermediateSize, outHiddenSize, positionSide } = config;
  const norm = (): VisionNorm => ({ weight: floats(v, 1), bias: floats(v, 0) });
  const linear = (rows: number, columns: number): VisionLinear => ({
    weight: matrix(rows, columns),
    bias: floats(rows, 0),
  });
  return {
    patches: { kernels: [matrix(v, 768), matrix(v, 768)], bias: floats(v, 0) },
    positions: floats(positionSide ** 2 * v, 0),
    layers: Array.from({ length: depth }, () => ({
      norm1: norm(),
      qkv: linear(3 * v, v),
      out: linear(v, v),
      norm2: norm(),
      up: linear(intermediateSize, v),
      down: linear(v, intermediateSize),
    })),
    merger: { norm: norm(), up: linear(4 * v, 4 * v), down: linear(outHiddenSize, 4 * v) },
  };
}

/** Multiplications and additions that a slice of so many patches takes. */
export function towerCost(
  { depth, hiddenSize: v, intermediateSize, outHiddenSize }: VisionConfig,
  patches: number,
): number {
  const layer = 4 * v * v + 2 * v * intermediateSize;
  const merger = (16 * v * v + 4 * v * outHiddenSize) / 4;
  return 2 * patches * (1536 * v + depth * layer + merger) + depth * 4 * patches ** 2 * v;
}

let state = 1;
/** −1/2 to 1/2, the same every time. */
function noise(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
}

function floats(count: number, about: number): Float32Array {
  return Float32Array.from({ length: count }, () => about + 0.1 * noise());
}

function matrix(rows: number, columns: number): WeightMatrix {
  const words = new Uint32Array(Float32Array.from({ length: 4099 }, () => (2 * noise()) / Math.sqrt(columns)).buffer);
  const slab = Uint16Array.from(words, (word) => word >>> 16);
  return {
    name: 'random',
    storedAs: 'BF16',
    storedBytes: rows * columns * 2,
    rows,
    columns,
    encoding: { kind: 'bf16' },
    roundsActivations: false,
    layout: null,
    readStored: null,
    read: (from, to) => ({
      kind: 'bf16',
      bits: Uint16Array.from({ length: (to - from) * columns }, (_, i) => slab[(from * columns + i) % slab.length]!),
    }),
  };
}
