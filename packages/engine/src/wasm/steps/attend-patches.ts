import type { AttendPatchesStep } from '../../model/vision-plan.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { dealEach } from '../deal.ts';
import { gemmF32Kernel } from '../kernels/gemm-f32.ts';
import { SOFTEN_STATE_BYTES, softenKernel } from '../kernels/soften.ts';
import { type Lane, rowAt } from '../lane.ts';
import { PANEL_ROWS } from '../panels/panel-format.ts';
import { KEY_BLOCK, keyBlocks, QUERY_BLOCK } from '../patch-chunk.ts';
import { type PatchCacheAt, paddedDim, patchCache } from './turn-patches.ts';

/** Stands for a score that is not there: its share is nothing beside any other. */
const NO_SCORE = -1e30;

/**
 * Attention of all patches to all. Blocks of queries meet one block of keys after the other in two products; between
 * them a softmax goes on from block to block.
 */
export type AttendPatchesOp = {
  op: 'attend-patches';
  arena: number;
  heads: number;
  headDim: number;
  q: RowsAt;
  out: RowsAt;
  cache: PatchCacheAt;
  /** scores = queries · keys; sums += shares · values */
  score: string;
  soften: string;
  sum: string;
  /** Of each worker, rows of a block: scores, sums, what the softmax has met. */
  scratch: RowsAt;
};

const SCORES_BYTES = QUERY_BLOCK * KEY_BLOCK * 4;

export function compileAttendPatches({ heads, q, out }: AttendPatchesStep, compiler: Compiler): AttendPatchesOp {
  const headDim = q.width / heads;
  const width = paddedDim(headDim);
  const rows = compiler.rows(q);
  const f32 = { kind: 'f32' } as const;
  const score = { format: f32, columns: headDim, inputStride: rows.stride, outStride: KEY_BLOCK * 4, add: false };
  const sum = { format: f32, columns: KEY_BLOCK, inputStride: KEY_BLOCK * 4, outStride: width * 4, add: true };
  const bytes = SCORES_BYTES + QUERY_BLOCK * (width * 4 + SOFTEN_STATE_BYTES);
  return {
    op: 'attend-patches',
    arena: compiler.arena,
    heads,
    headDim,
    q: rows,
    out: compiler.rows(out),
    cache: patchCache(heads, headDim, compiler),
    score: compiler.kernel('gemm-f32', gemmF32Kernel, score),
    soften: compiler.kernel('soften', softenKernel, { keys: KEY_BLOCK, width }),
    sum: compiler.kernel('gemm-f32', gemmF32Kernel, sum),
    scratch: compiler.perWorker('vision attention', bytes),
  };
}

/** A unit of work is one head of one block of queries. */
export function runAttendPatches(op: AttendPatchesOp, lane: Lane): void {
  const blocks = Math.ceil(lane.chunk.count / QUERY_BLOCK);
  // Head by head, so that its keys stay in cache.
  dealEach(lane, blocks * op.heads, (unit) =>
    attendBlock(op, lane, Math.floor(unit / blocks), (unit % blocks) * QUERY_BLOCK),
  );
}

function attendBlock(op: AttendPatchesOp, lane: Lane, head: number, first: number): void {
  const { floats, kernels } = lane.arenas[op.arena]!;
  const { chunk } = lane;
  const patches = chunk.rows * chunk.columns;
  const rows = Math.min(QUERY_BLOCK, chunk.count - first);
  const width = paddedDim(op.headDim);
  const scores = rowAt(op.scratch, lane.worker);
  const sums = scores + SCORES_BYTES;
  const state = sums + QUERY_BLOCK * width * 4;
  floats.fill(0, sums / 4, sums / 4 + rows * width);
  for (let r = 0; r < rows; r++) floats.set([NO_SCORE, 0], (state + r * SOFTEN_STATE_BYTES) / 4);

  const q = rowAt(op.q, chunk.first + first) + head * op.headDim * 4;
  const [score, soften, sum] = [kernels[op.score]!, kernels[op.soften]!, kernels[op.sum]!];
  const keys = op.cache.keys + head * op.cache.headKeys;
  const values = op.cache.values + head * op.cache.headValues;
  for (let block = 0; block < keyBlocks(patches); block++) {
    score(q, keys + block * op.cache.blockKeys, scores, rows, KEY_BLOCK / PANEL_ROWS);
    const missing = KEY_BLOCK - Math.min(KEY_BLOCK, patches - block * KEY_BLOCK);
    const blank = (value: number) => {
      for (let end = scores / 4 + KEY_BLOCK; missing > 0 && end <= scores / 4 + rows * KEY_BLOCK; end += KEY_BLOCK)
        floats.fill(value, end - missing, end);
    };
    blank(NO_SCORE);
    soften(scores, sums, state, rows);
    // Nothing, rather than next to nothing, of what an earlier slice left there.
    blank(0);
    sum(scores, values + block * op.cache.blockValues, sums, rows, width / PANEL_ROWS);
  }
  for (let r = 0; r < rows; r++) {
    const total = floats[state / 4 + r * (SOFTEN_STATE_BYTES / 4) + 1]!;
    const out = rowAt(op.out, first + r) / 4 + head * op.headDim;
    const from = sums / 4 + r * width;
    for (let i = 0; i < op.headDim; i++) floats[out + i] = floats[from + i]! / total;
  }
}
