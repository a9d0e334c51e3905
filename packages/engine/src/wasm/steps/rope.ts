import { PAGE_TOKENS } from '../../model/batch.ts';
import type { RopeStep } from '../../model/plan.ts';
import type { CacheAt, RowsAt } from '../addresses.ts';
import { keyOffset, valueOffset } from '../cache-format.ts';
import type { Compiler } from '../compiler.ts';
import { shareOf } from '../deal.ts';
import { ropeKernel } from '../kernels/rope.ts';
import { storeKeyKernel, storeValueKernel } from '../kernels/store-cache.ts';
import { type Lane, rowAt } from '../lane.ts';

export type RopeOp = {
  op: 'rope';
  arena: number;
  kernel: string;
  storeKey: string;
  storeValue: string;
  q: RowsAt;
  k: RowsAt;
  v: RowsAt;
  qNorm: number;
  kNorm: number;
  cos: RowsAt;
  sin: RowsAt;
  cache: CacheAt;
  heads: number;
  keyValueHeads: number;
  headBytes: number;
};

export function compileRope(step: RopeStep, compiler: Compiler): RopeOp {
  const { numHeads, numKeyValueHeads, headDim } = compiler.config.attention;
  const { cos, sin } = compiler.rotary(step.positions);
  const stored = { headDim, cache: compiler.cacheFormat };
  return {
    op: 'rope',
    arena: compiler.arena,
    kernel: compiler.kernel('rope', ropeKernel, { headDim, ropeDim: compiler.config.rope.dim, eps: step.eps }),
    storeKey: compiler.kernel('store-key', storeKeyKernel, stored),
    storeValue: compiler.kernel('store-value', storeValueKernel, stored),
    q: compiler.rows(step.q),
    k: compiler.rows(step.k),
    v: compiler.rows(step.v),
    qNorm: compiler.vector(step.qNorm),
    kNorm: compiler.vector(step.kNorm),
    cos,
    sin,
    cache: compiler.cache(step.attentionLayer),
    heads: numHeads,
    keyValueHeads: numKeyValueHeads,
    headBytes: headDim * 4,
  };
}

/** A unit of work is one head of one row. */
export function runRope(op: RopeOp, lane: Lane): void {
  const { kernels } = lane.arenas[op.arena]!;
  const perRow = op.heads + op.keyValueHeads;
  const { from, to } = shareOf(lane, lane.batch.ids.length * perRow);
  for (const { pages, start, row, count } of lane.batch.sequences) {
    const first = Math.max(from, row * perRow);
    const end = Math.min(to, (row + count) * perRow);
    for (let unit = first; unit < end; unit++) {
      const t = Math.floor(unit / perRow);
      const head = unit % perRow;
      const [cos, sin] = [rowAt(op.cos, t), rowAt(op.sin, t)];
      if (head < op.heads) {
        const q = rowAt(op.q, t) + 2 * head * op.headBytes;
        kernels[op.kernel]!(q, op.qNorm, cos, sin, q);
        continue;
      }
      const kvHead = head - op.heads;
      const position = start + t - row;
      const { keys, values } = pageAt(op.cache, pages, position, kvHead);
      const [k, v] = [op.k, op.v].map((rows) => rowAt(rows, t) + kvHead * op.headBytes) as [number, number];
      kernels[op.kernel]!(k, op.kNorm, cos, sin, k);
      kernels[op.storeKey]!(k, keys + keyOffset(op.cache.layout, position % PAGE_TOKENS));
      kernels[op.storeValue]!(v, values + valueOffset(op.cache.layout, position % PAGE_TOKENS));
    }
  }
}

/** Keys and values of the page that holds a position, for one KV head. */
export function pageAt(
  cache: CacheAt,
  pages: Int32Array,
  position: number,
  kvHead: number,
): { keys: number; values: number } {
  const page = pages[Math.floor(position / PAGE_TOKENS)]!;
  const keys = cache.at + page * cache.pageBytes + 2 * kvHead * cache.layout.headBytes;
  return { keys, values: keys + cache.layout.headBytes };
}
