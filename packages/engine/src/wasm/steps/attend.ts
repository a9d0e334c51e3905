import { PAGE_TOKENS } from '../../model/batch.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { AttendStep } from '../../model/plan.ts';
import type { CacheAt, RowsAt } from '../addresses.ts';
import type { Compiler, CompilerOptions } from '../compiler.ts';
import { deal } from '../deal.ts';
import {
  attendBeginKernel,
  attendFinishKernel,
  attendMergeKernel,
  attendPageKernel,
  attendQueryKernel,
  attendSums,
  MAX_QUERIES,
  queryBytes,
  SCORE_BYTES,
} from '../kernels/attend.ts';
import { type Lane, rowAt } from '../lane.ts';
import { pageAt } from './rope.ts';

/**
 * Tokens whose sums are formed by themselves and then merged with those before. A fixed number, whoever computes: so the
 * result is the same whether one worker walks over all spans or each takes some.
 */
const SPAN_TOKENS = 4 * PAGE_TOKENS;

/** Rows of a sequence that walk over a page together while it is in cache. */
const BLOCK_ROWS = 8;

/** Spans for every worker from which on each takes all heads of a span together. */
const LONG_SPANS = 8;

/** Rows of a batch whose spans may be dealt out to the workers: single tokens of a few sequences. */
const SPLIT_ROWS = 4;

export type AttendOp = {
  op: 'attend';
  arena: number;
  query: string;
  begin: string;
  /** Kernels that take 1, 2, … query heads at once. */
  page: string[];
  merge: string;
  finish: string;
  q: RowsAt;
  out: RowsAt;
  cache: CacheAt;
  heads: number;
  /** Query heads that share a KV head. */
  group: number;
  /** Bytes of a query head in `q`; a gate as wide follows each. */
  headBytes: number;
  queryBytes: number;
  sumsBytes: number;
  /** For each worker: the queries, the sums of a span and the sums so far of a block of rows, the scores of a page. */
  scratch: RowsAt;
  /** For each row whose spans are dealt out: the sums of every query head, span by span. */
  parts: RowsAt;
};

export function compileAttend(step: AttendStep, compiler: Compiler): AttendOp {
  const { numHeads, numKeyValueHeads, headDim } = compiler.config.attention;
  const shape = { headDim, cache: compiler.cacheFormat };
  const group = numHeads / numKeyValueHeads;
  const scratch = attendScratch(compiler.config, compiler.options);
  return {
    op: 'attend',
    arena: compiler.arena,
    query: compiler.kernel('attend-query', attendQueryKernel, shape),
    begin: compiler.kernel('attend-begin', attendBeginKernel, shape),
    page: Array.from({ length: Math.min(group, MAX_QUERIES) }, (_, i) =>
      compiler.kernel('attend-page', attendPageKernel, { ...shape, heads: i + 1 }),
    ),
    merge: compiler.kernel('attend-merge', attendMergeKernel, shape),
    finish: compiler.kernel('attend-finish', attendFinishKernel, shape),
    q: compiler.rows(step.q),
    out: compiler.rows(step.out),
    cache: compiler.cache(step.attentionLayer),
    heads: numHeads,
    group,
    headBytes: headDim * 4,
    queryBytes: queryBytes(headDim),
    sumsBytes: attendSums(headDim).bytes,
    scratch: compiler.perWorker('attend', scratch.workerBytes),
    parts: compiler.scratch('attended parts', scratch.rowBytes, SPLIT_ROWS),
  };
}

/** Bytes of scratch that attention takes in an arena: for each worker, for each row that may be split, and in all. */
export function attendScratch(
  { attention: { numHeads, numKeyValueHeads, headDim } }: ModelConfig,
  { contextTokens, workers }: CompilerOptions,
): { workerBytes: number; rowBytes: number; bytes: number } {
  const sumsBytes = attendSums(headDim).bytes;
  const kept = keptHeads(numHeads, numHeads / numKeyValueHeads);
  const workerBytes = kept * (queryBytes(headDim) + 2 * sumsBytes) + MAX_QUERIES * SCORE_BYTES;
  const rowBytes = numHeads * Math.ceil(contextTokens / SPAN_TOKENS) * sumsBytes;
  return { workerBytes, rowBytes, bytes: workers * (workerBytes + 64) + SPLIT_ROWS * rowBytes };
}

/** Some neighbouring rows of a sequence; the first sees `visible` tokens, each that follows one more. */
type Block = { pages: Int32Array; visible: number; row: number; rows: number };

/** Single tokens are dealt out span by span, so that a long context keeps all workers busy; prompts by rows and KV heads. */
export function runAttend(op: AttendOp, lane: Lane): void {
  if (lane.workers > 1 && lane.batch.ids.length <= SPLIT_ROWS) attendBySpans(op, lane);
  else attendByRows(op, lane);
}

function attendByRows(op: AttendOp, lane: Lane): void {
  const { queries, sums, totals } = scratchOf(op, lane);
  const { kernels } = lane.arenas[op.arena]!;
  const everyKvHead = () => op.heads / op.group;
  dealBlocks(lane, blocksOf(lane, BLOCK_ROWS), everyKvHead, (block, kvHead) => {
    prepare(op, lane, block, kvHead, queries);
    clear(op, lane, totals, block.rows);
    const longest = block.visible + block.rows - 1;
    for (let span = 0; span < longest; span += SPAN_TOKENS) {
      clear(op, lane, sums, block.rows);
      walkSpan(op, lane, block, kvHead, span, sums);
      // Rows that see nothing of the span must not be touched by it.
      for (let r = Math.max(0, span + 1 - block.visible); r < block.rows; r++)
        for (let h = r * op.group; h < (r + 1) * op.group; h++)
          kernels[op.merge]!(sums + h * op.sumsBytes, totals + h * op.sumsBytes);
    }
    for (let r = 0; r < block.rows; r++) finish(op, lane, block.row + r, kvHead, totals + r * op.group * op.sumsBytes);
  });
}

function attendBySpans(op: AttendOp, lane: Lane): void {
  const { queries, totals } = scratchOf(op, lane);
  const { kernels } = lane.arenas[op.arena]!;
  const kvHeads = op.heads / op.group;
  const everyKvHead = () => kvHeads;
  const rows = blocksOf(lane, 1);
  const spansOf = ({ visible }: Block) => Math.ceil(visible / SPAN_TOKENS);
  const partAt = ({ row }: Block, span: number, head: number) =>
    rowAt(op.parts, row) + (span * op.heads + head) * op.sumsBytes;
  // A page has its heads side by side: where there are spans enough for all workers, each reads its pages as a whole.
  const together = (block: Block) => (spansOf(block) >= LONG_SPANS * lane.workers ? kvHeads : 1);
  const units = (block: Block) => spansOf(block) * (kvHeads / together(block));
  dealBlocks(lane, rows, units, (block, unit) => {
    const span = unit % spansOf(block);
    const first = Math.floor(unit / spansOf(block)) * together(block);
    const end = first + together(block);
    for (let kvHead = first; kvHead < end; kvHead++) prepare(op, lane, block, kvHead, queriesOf(op, queries, kvHead));
    for (let kvHead = first; kvHead < end; kvHead++) clear(op, lane, partAt(block, span, kvHead * op.group), 1);
    for (let at = span * SPAN_TOKENS; at < Math.min((span + 1) * SPAN_TOKENS, block.visible); at += PAGE_TOKENS)
      for (let kvHead = first; kvHead < end; kvHead++)
        walkPage(
          op,
          lane,
          block,
          0,
          kvHead,
          at,
          queriesOf(op, queries, kvHead),
          partAt(block, span, kvHead * op.group),
        );
  });
  lane.barrier();
  dealBlocks(lane, rows, everyKvHead, (block, kvHead) => {
    clear(op, lane, totals, 1);
    for (let span = 0; span < spansOf(block); span++)
      for (let h = 0; h < op.group; h++)
        kernels[op.merge]!(partAt(block, span, kvHead * op.group + h), totals + h * op.sumsBytes);
    finish(op, lane, block.row, kvHead, totals);
  });
}

/** Deals out the units of work of all blocks. */
function dealBlocks(
  lane: Lane,
  blocks: Block[],
  unitsOf: (block: Block) => number,
  work: (block: Block, unit: number) => void,
): void {
  const count = blocks.reduce((sum, block) => sum + unitsOf(block), 0);
  deal(lane, count, (from, to) => {
    let first = 0;
    for (const block of blocks) {
      const units = unitsOf(block);
      for (let unit = Math.max(from - first, 0); unit < Math.min(to - first, units); unit++) work(block, unit);
      first += units;
    }
  });
}

function blocksOf({ batch }: Lane, most: number): Block[] {
  return batch.sequences.flatMap(({ pages, start, row, count }) =>
    Array.from({ length: Math.ceil(count / most) }, (_, i) => ({
      pages,
      visible: start + i * most + 1,
      row: row + i * most,
      rows: Math.min(most, count - i * most),
    })),
  );
}

/** Where a worker keeps what it works on. Queries and sums are [rows of a block][query heads of a group]. */
function scratchOf({ heads, group, queryBytes, sumsBytes, scratch }: AttendOp, { worker }: Lane) {
  const kept = keptHeads(heads, group);
  const queries = rowAt(scratch, worker);
  const sums = queries + kept * queryBytes;
  const totals = sums + kept * sumsBytes;
  const scores = totals + kept * sumsBytes;
  return { queries, sums, totals, scores };
}

/** Query heads that a worker keeps at a time: a group of every row of a block, or all of one row. */
const keptHeads = (heads: number, group: number) => Math.max(BLOCK_ROWS * group, heads);

/** The queries of the i-th group of query heads that a worker keeps: of one row, or of one KV head. */
const queriesOf = (op: AttendOp, queries: number, i: number) => queries + i * op.group * op.queryBytes;

const queryAt = (op: AttendOp, row: number, head: number) => rowAt(op.q, row) + 2 * head * op.headBytes;

function prepare(op: AttendOp, lane: Lane, { row, rows }: Block, kvHead: number, queries: number): void {
  const query = lane.arenas[op.arena]!.kernels[op.query]!;
  for (let r = 0; r < rows; r++)
    for (let h = 0; h < op.group; h++)
      query(queryAt(op, row + r, kvHead * op.group + h), queries + (r * op.group + h) * op.queryBytes);
}

function clear(op: AttendOp, lane: Lane, sums: number, rows: number): void {
  const begin = lane.arenas[op.arena]!.kernels[op.begin]!;
  for (let h = 0; h < rows * op.group; h++) begin(sums + h * op.sumsBytes);
}

/** Sums what the rows of a block see of the span that begins at token `from`, page by page while it is in cache. */
function walkSpan(op: AttendOp, lane: Lane, block: Block, kvHead: number, from: number, sums: number): void {
  const { queries } = scratchOf(op, lane);
  for (let at = from; at < from + SPAN_TOKENS; at += PAGE_TOKENS)
    for (let r = 0; r < block.rows; r++)
      walkPage(op, lane, block, r, kvHead, at, queriesOf(op, queries, r), sums + r * op.group * op.sumsBytes);
}

/** Adds what row `r` of a block sees of the page that begins at token `at` to the sums of a KV head's query heads. */
function walkPage(
  op: AttendOp,
  lane: Lane,
  { pages, visible }: Block,
  r: number,
  kvHead: number,
  at: number,
  queries: number,
  sums: number,
): void {
  const tokens = Math.min(PAGE_TOKENS, visible + r - at);
  if (tokens <= 0) return;
  const { kernels } = lane.arenas[op.arena]!;
  const { scores } = scratchOf(op, lane);
  const { keys, values } = pageAt(op.cache, pages, at, kvHead);
  for (let h = 0; h < op.group; h += MAX_QUERIES) {
    const page = kernels[op.page[Math.min(MAX_QUERIES, op.group - h) - 1]!]!;
    page(queries + h * op.queryBytes, keys, values, tokens, sums + h * op.sumsBytes, scores);
  }
}

function finish(op: AttendOp, lane: Lane, row: number, kvHead: number, totals: number): void {
  const end = lane.arenas[op.arena]!.kernels[op.finish]!;
  for (let h = 0; h < op.group; h++) {
    const head = kvHead * op.group + h;
    end(totals + h * op.sumsBytes, queryAt(op, row, head) + op.headBytes, rowAt(op.out, row) + head * op.headBytes);
  }
}
