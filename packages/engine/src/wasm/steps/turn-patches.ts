import type { TurnPatchesStep } from '../../model/vision-plan.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { shareOf } from '../deal.ts';
import { type Lane, rowAt } from '../lane.ts';
import { PANEL_ROWS } from '../panels/panel-format.ts';
import { KEY_BLOCK, keyBlocks } from '../patch-chunk.ts';

/**
 * Where a slice's keys and values lie, as the products of attention want them: for each head, block after block of
 * KEY_BLOCK patches. Keys are a matrix [patches, headDim] in f32 panels, values one [headDim, patches], its rows padded
 * with zeros to whole panels.
 */
export type PatchCacheAt = {
  keys: number;
  values: number;
  headKeys: number;
  headValues: number;
  blockKeys: number;
  blockValues: number;
};

export function patchCache(heads: number, headDim: number, compiler: Compiler): PatchCacheAt {
  const blockKeys = KEY_BLOCK * headDim * 4;
  const blockValues = KEY_BLOCK * paddedDim(headDim) * 4;
  const blocks = keyBlocks(compiler.maxPatches);
  const [headKeys, headValues] = [blocks * blockKeys, blocks * blockValues];
  const keys = compiler.scratch('vision keys', headKeys, heads).at;
  const values = compiler.scratch('vision values', headValues, heads).at;
  return { keys, values, headKeys, headValues, blockKeys, blockValues };
}

/** Dimensions of a head, padded to whole panels. */
export function paddedDim(headDim: number): number {
  return Math.ceil(headDim / PANEL_ROWS) * PANEL_ROWS;
}

/** `cos` and `sin`: tables of the whole slice, a row a patch, which the runner fills. */
export type TurnPatchesOp = {
  op: 'turn-patches';
  arena: number;
  heads: number;
  headDim: number;
  qkv: RowsAt;
  q: RowsAt;
  cos: RowsAt;
  sin: RowsAt;
  cache: PatchCacheAt;
};

export function compileTurnPatches({ heads, qkv, q }: TurnPatchesStep, compiler: Compiler): TurnPatchesOp {
  const headDim = q.width / heads;
  return {
    op: 'turn-patches',
    arena: compiler.arena,
    heads,
    headDim,
    qkv: compiler.rows(qkv),
    q: compiler.rows(q),
    cos: compiler.scratch('vision cos', headDim * 2, compiler.maxPatches),
    sin: compiler.scratch('vision sin', headDim * 2, compiler.maxPatches),
    cache: patchCache(heads, headDim, compiler),
  };
}

/** A unit of work is one patch with all its heads. */
export function runTurnPatches(op: TurnPatchesOp, lane: Lane): void {
  const { floats } = lane.arenas[op.arena]!;
  const { heads, headDim, cache } = op;
  const { chunk } = lane;
  const half = headDim / 2;
  const width = heads * headDim;
  // The softmax takes powers of 2.
  const scale = Math.fround(Math.LOG2E / Math.sqrt(headDim));
  const { from, to } = shareOf(lane, chunk.count);
  if (lane.worker === 0 && chunk.first + chunk.count === chunk.rows * chunk.columns) clearTail(op, lane);
  for (let i = from; i < to; i++) {
    const patch = chunk.first + i;
    const [cos, sin] = [rowAt(op.cos, patch) / 4, rowAt(op.sin, patch) / 4];
    const block = Math.floor(patch / KEY_BLOCK);
    const inBlock = patch % KEY_BLOCK;
    const inPanel = inBlock % PANEL_ROWS;
    for (let h = 0; h < heads; h++) {
      const x = rowAt(op.qkv, i) / 4 + h * headDim;
      const q = rowAt(op.q, patch) / 4 + h * headDim;
      const panel = Math.floor(inBlock / PANEL_ROWS) * headDim * PANEL_ROWS;
      const key = (cache.keys + h * cache.headKeys + block * cache.blockKeys) / 4 + panel + inPanel;
      const value = (cache.values + h * cache.headValues + block * cache.blockValues) / 4 + inBlock * PANEL_ROWS;
      for (let n = 0; n < half; n++) {
        const [c, s] = [floats[cos + n]!, floats[sin + n]!];
        const [a, b] = [floats[x + n]!, floats[x + half + n]!];
        floats[q + n] = scale * (a * c - b * s);
        floats[q + half + n] = scale * (b * c + a * s);
        const [ka, kb] = [floats[x + width + n]!, floats[x + width + half + n]!];
        floats[key + n * PANEL_ROWS] = ka * c - kb * s;
        floats[key + (half + n) * PANEL_ROWS] = kb * c + ka * s;
      }
      for (let n = 0; n < headDim; n++)
        floats[value + Math.floor(n / PANEL_ROWS) * KEY_BLOCK * PANEL_ROWS + (n % PANEL_ROWS)] =
          floats[x + 2 * width + n]!;
    }
  }
}

/** Values behind the last patch of a slice meet shares of 0, and must be numbers for that. */
function clearTail({ arena, heads, headDim, cache }: TurnPatchesOp, lane: Lane): void {
  const { floats } = lane.arenas[arena]!;
  const patches = lane.chunk.rows * lane.chunk.columns;
  const used = patches % KEY_BLOCK;
  if (used === 0) return;
  const block = Math.floor(patches / KEY_BLOCK);
  for (let h = 0; h < heads; h++)
    for (let n = 0; n < paddedDim(headDim); n += PANEL_ROWS) {
      const panel = (cache.values + h * cache.headValues + block * cache.blockValues) / 4 + n * KEY_BLOCK;
      floats.fill(0, panel + used * PANEL_ROWS, panel + KEY_BLOCK * PANEL_ROWS);
    }
}
