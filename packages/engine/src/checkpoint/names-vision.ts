import type { VisionConfig } from '../model/vision-config.ts';
import { permuteColumnBlocks } from './permute.ts';
import { storedMatrix } from './stored-matrix.ts';
import type { TensorTable } from './tensor-table.ts';
import type { VisionLinear, VisionNorm, VisionWeights } from './weights.ts';

/** How the parts of a tower are called. */
type Names = {
  patches: string;
  positions: string;
  /** In front of a layer's parts. */
  layer: (n: number) => string;
  norm1: string;
  qkv: string;
  out: string;
  norm2: string;
  up: string;
  down: string;
  mergerNorm: string;
  mergerUp: string;
  mergerDown: string;
};

const PREFIXES = ['model.visual.', 'visual.', 'vision_tower.', 'model.vision_tower.'];

const inHuggingFace = (at: string): Names => ({
  patches: `${at}patch_embed.proj`,
  positions: `${at}pos_embed.weight`,
  layer: (n) => `${at}blocks.${n}.`,
  norm1: 'norm1',
  qkv: 'attn.qkv',
  out: 'attn.proj',
  norm2: 'norm2',
  up: 'mlp.linear_fc1',
  down: 'mlp.linear_fc2',
  mergerNorm: `${at}merger.norm`,
  mergerUp: `${at}merger.linear_fc1`,
  mergerDown: `${at}merger.linear_fc2`,
});

const inMmproj: Names = {
  patches: 'v.patch_embd',
  positions: 'v.position_embd.weight',
  layer: (n) => `v.blk.${n}.`,
  norm1: 'ln1',
  qkv: 'attn_qkv',
  out: 'attn_out',
  norm2: 'ln2',
  up: 'ffn_up',
  down: 'ffn_down',
  mergerNorm: 'v.post_ln',
  mergerUp: 'mm.0',
  mergerDown: 'mm.2',
};

/** The tower among the tensors of Hugging Face files. Its patches' kernel is [hiddenSize, channel, frame, y, x]. */
export function visionFromHuggingFace(table: TensorTable, config: VisionConfig): VisionWeights {
  const prefix = PREFIXES.find((at) => table.find(`${at}patch_embed.proj.weight`)) ?? PREFIXES[0]!;
  const names = inHuggingFace(prefix);
  const { hiddenSize, patchSize, temporalPatchSize } = config;
  const area = patchSize ** 2;
  const tensor = table.need(`${names.patches}.weight`, [hiddenSize, 3, temporalPatchSize, patchSize, patchSize]);
  const kernel = storedMatrix(tensor, hiddenSize, 3 * temporalPatchSize * area, table.staging);
  const frame = (t: number) =>
    permuteColumnBlocks(
      kernel,
      [0, 1, 2].map((channel) => channel * temporalPatchSize + t),
      area,
      table.staging,
    );
  return towerWeights(table, config, names, [frame(0), frame(1)]);
}

/** Rows of the table of positions in an mmproj file, whose metadata do not say. */
export function positionRows(table: TensorTable): number {
  return table.need(inMmproj.positions).shape[0]!;
}

/** The tower in an mmproj file, which holds a kernel [hiddenSize, channel, y, x] for each frame. */
export function visionFromMmproj(table: TensorTable, config: VisionConfig): VisionWeights {
  const { hiddenSize, patchSize } = config;
  const frame = (suffix: string) => {
    const tensor = table.need(`${inMmproj.patches}.weight${suffix}`, [hiddenSize, 3, patchSize, patchSize]);
    return storedMatrix(tensor, hiddenSize, 3 * patchSize ** 2, table.staging);
  };
  return towerWeights(table, config, inMmproj, [frame(''), frame('.1')]);
}

function towerWeights(
  table: TensorTable,
  config: VisionConfig,
  names: Names,
  kernels: VisionWeights['patches']['kernels'],
): VisionWeights {
  const { depth, hiddenSize, intermediateSize, outHiddenSize, positionSide, spatialMergeSize } = config;
  const norm = (base: string): VisionNorm => ({
    weight: table.vector(`${base}.weight`, hiddenSize),
    bias: table.vector(`${base}.bias`, hiddenSize),
  });
  const linear = (base: string, rows: number, columns: number): VisionLinear => ({
    weight: table.matrix(`${base}.weight`, rows, columns),
    bias: table.vector(`${base}.bias`, rows),
  });
  const cellWidth = hiddenSize * spatialMergeSize ** 2;
  return {
    patches: { kernels, bias: table.vector(`${names.patches}.bias`, hiddenSize) },
    positions: table.vector(names.positions, positionSide ** 2, hiddenSize),
    layers: Array.from({ length: depth }, (_, n) => {
      const at = names.layer(n);
      return {
        norm1: norm(at + names.norm1),
        qkv: linear(at + names.qkv, 3 * hiddenSize, hiddenSize),
        out: linear(at + names.out, hiddenSize, hiddenSize),
        norm2: norm(at + names.norm2),
        up: linear(at + names.up, intermediateSize, hiddenSize),
        down: linear(at + names.down, hiddenSize, intermediateSize),
      };
    }),
    merger: {
      norm: norm(names.mergerNorm),
      up: linear(names.mergerUp, cellWidth, cellWidth),
      down: linear(names.mergerDown, outHiddenSize, cellWidth),
    },
  };
}
