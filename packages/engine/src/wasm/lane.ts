import type { Batch } from '../model/batch.ts';
import type { Buffer } from '../model/plan.ts';
import type { VisionBuffer } from '../model/vision-plan.ts';
import type { MatrixAt, RowsAt } from './addresses.ts';
import type { PatchChunk } from './patch-chunk.ts';
import type { Profiler } from './profiler.ts';

export type Kernels = Record<string, (...args: number[]) => number>;

export type RowKind = (Buffer | VisionBuffer)['rows'];

/** An arena as one worker sees it. */
export type ArenaView = { kernels: Kernels; buffer: ArrayBufferLike; bytes: Uint8Array; floats: Float32Array };

/** One worker in the middle of a batch. All workers walk the same ops; each takes its share of every one. */
export type Lane = {
  worker: number;
  workers: number;
  arenas: ArenaView[];
  batch: Batch;
  /** What of a slice the vision tower is at. */
  chunk: PatchChunk;
  /** Told what every op costs, where somebody wants to know. */
  profiler: Profiler | null;
  /** What is read next, to be touched while waiting: the beginning of this worker's first piece of it. */
  ahead: MatrixAt | null;
  /** Waits until every worker has come this far. */
  barrier(): void;
  /** The next piece of work since the last barrier that nobody has taken: 0, 1, 2, … over all workers. */
  claim(): number;
};

/** Part of an equal share of what is left that the next piece is. */
const PIECE_SHARE = 1 / 3;

/** End of the piece of `count` units that begins at `from`. All workers cut alike, so a piece's bounds follow from its number. */
function pieceEnd(workers: number, count: number, from: number): number {
  const share = workers === 1 ? 1 : PIECE_SHARE / workers;
  return Math.min(count, from + Math.ceil((count - from) * share));
}

/** Where the piece that worker `worker` most likely claims first begins. */
export function firstPiece(workers: number, worker: number, count: number): number {
  let from = 0;
  for (let piece = 0; piece < worker; piece++) from = pieceEnd(workers, count, from);
  return from;
}

/**
 * Hands out `count` units to whoever is free, in rising pieces that shrink with what is left: few claims, and yet the
 * workers end together, also where one of them is held up.
 */
export function dealPieces(lane: Lane, count: number, work: (from: number, to: number) => void): void {
  let from = 0;
  for (let piece = 0, claimed = lane.claim(); from < count; piece++) {
    const to = pieceEnd(lane.workers, count, from);
    if (piece === claimed) {
      work(from, to);
      claimed = lane.claim();
    }
    from = to;
  }
}

/** The part [from, to) of `count` units that is this lane's, neighbours together; a single one is the first lane's, which is never late. */
export function shareOf(lane: Lane, count: number): { from: number; to: number } {
  const part = (n: number) => Math.ceil((count * n) / lane.workers);
  return { from: part(lane.worker), to: part(lane.worker + 1) };
}

/** Rows that a buffer has now, and the first of them: of the patches of a slice only those of the chunk count. */
export function rowsNow({ batch, chunk }: Lane, rows: RowKind): { first: number; count: number } {
  switch (rows) {
    case 'tokens':
      return { first: 0, count: batch.ids.length };
    case 'outputs':
      return { first: 0, count: batch.outputs.length };
    case 'patches':
      return chunk;
    case 'chunk':
      return { first: 0, count: chunk.count };
    case 'cells':
      return { first: 0, count: chunk.count / 4 };
  }
}

/** Byte address of a row. */
export function rowAt(rows: RowsAt, row: number): number {
  return rows.at + row * rows.stride;
}

/** A row as floats, for the little that is done in TypeScript. */
export function rowFloats(view: ArenaView, rows: RowsAt, row: number, width: number): Float32Array {
  return new Float32Array(view.buffer, rowAt(rows, row), width);
}

/** The kernels of several modules over one memory. */
export function instantiate(modules: WebAssembly.Module[], memory: WebAssembly.Memory): Kernels {
  const parts = modules.map((module) => new WebAssembly.Instance(module, { env: { m0: memory } }).exports as Kernels);
  return Object.assign({}, ...parts);
}
