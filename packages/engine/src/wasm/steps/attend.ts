import { PAGE_TOKENS } from '../../model/batch.ts';
import type { AttendStep } from '../../model/plan.ts';
import type { CacheAt, RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { attendBeginKernel, attendFinishKernel, attendPageKernel } from '../kernels/attend.ts';
import { type Lane, rowAt } from '../lane.ts';
import { cacheAt } from './rope.ts';

export type AttendOp = {
  op: 'attend';
  arena: number;
  begin: string;
  page: string;
  finish: string;
  q: RowsAt;
  out: RowsAt;
  cache: CacheAt;
  heads: number;
  /** Query heads that share a KV head. */
  group: number;
  headBytes: number;
  /** For each worker: the running sums of a head, and the scores of a page. */
  scratch: RowsAt;
};

export function compileAttend(step: AttendStep, compiler: Compiler): AttendOp {
  const { numHeads, numKeyValueHeads, headDim } = compiler.config.attention;
  const shape = { headDim, scale: 1 / Math.sqrt(headDim) };
  return {
    op: 'attend',
    arena: compiler.arena,
    begin: compiler.kernel('attend-begin', attendBeginKernel, shape),
    page: compiler.kernel('attend-page', attendPageKernel, shape),
    finish: compiler.kernel('attend-finish', attendFinishKernel, shape),
    q: compiler.rows(step.q),
    out: compiler.rows(step.out),
    cache: compiler.cache(step.attentionLayer),
    heads: numHeads,
    group: numHeads / numKeyValueHeads,
    headBytes: headDim * 4,
    scratch: compiler.perWorker('attend', headDim * 4 + 64 + (PAGE_TOKENS + 4) * 4),
  };
}

/** A unit of work is one query head of one row; it goes to whoever is free. */
export function runAttend(op: AttendOp, lane: Lane): void {
  const { kernels } = lane.arenas[op.arena]!;
  const [begin, page, finish] = [kernels[op.begin]!, kernels[op.page]!, kernels[op.finish]!];
  const sums = rowAt(op.scratch, lane.worker);
  const scores = sums + op.headBytes + 64;
  const { sequences, ids } = lane.batch;
  const units = ids.length * op.heads;
  let at = 0;
  for (let unit = lane.claim(); unit < units; unit = lane.claim()) {
    const t = Math.floor(unit / op.heads);
    const head = unit % op.heads;
    while (t >= sequences[at]!.row + sequences[at]!.count) at++;
    const { pages, start, row } = sequences[at]!;
    const visible = start + t - row + 1;
    const q = rowAt(op.q, t) + 2 * head * op.headBytes;
    const kvHead = Math.floor(head / op.group);
    begin(sums);
    for (let from = 0; from < visible; from += PAGE_TOKENS) {
      const { keys, values } = cacheAt(op.cache, pages, from, kvHead);
      page(q, keys, values, Math.min(PAGE_TOKENS, visible - from), sums, scores);
    }
    finish(sums, q + op.headBytes, rowAt(op.out, t) + head * op.headBytes);
  }
}
