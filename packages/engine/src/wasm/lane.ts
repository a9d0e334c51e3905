import type { Batch } from '../model/batch.ts';
import type { RowsAt } from './addresses.ts';
import type { Profiler } from './profiler.ts';

export type Kernels = Record<string, (...args: number[]) => number>;

/** An arena as one worker sees it. */
export type ArenaView = { kernels: Kernels; buffer: ArrayBufferLike; bytes: Uint8Array; floats: Float32Array };

/** One worker in the middle of a batch. All workers walk the same ops; each takes its share of every one. */
export type Lane = {
  worker: number;
  workers: number;
  arenas: ArenaView[];
  batch: Batch;
  /** Told what every op costs, where somebody wants to know. */
  profiler: Profiler | null;
  /** Waits until every worker has come this far. */
  barrier(): void;
  /** The next piece of work since the last barrier that nobody has taken: 0, 1, 2, … over all workers. */
  claim(): number;
};

/** Pieces into which a worker's share is cut: a worker that is held up leaves the rest of its own to the others. */
const PIECES = 8;

/** Units of work in one piece, of `count` in all. */
export function pieceSize(lane: Lane, count: number): number {
  return lane.workers === 1 ? Math.max(1, count) : Math.max(1, Math.ceil(count / (lane.workers * PIECES)));
}

/** The part [from, to) of `count` units that is this lane's, neighbours together. */
export function shareOf(lane: Lane, count: number): { from: number; to: number } {
  const part = (n: number) => Math.floor((count * n) / lane.workers);
  return { from: part(lane.worker), to: part(lane.worker + 1) };
}

/** How many rows of the batch a buffer has. */
export function rowCount(batch: Batch, rows: 'tokens' | 'outputs'): number {
  return rows === 'tokens' ? batch.ids.length : batch.outputs.length;
}

/** Byte address of a row. */
export function rowAt(rows: RowsAt, row: number): number {
  return rows.at + row * rows.stride;
}

/** A row as floats, for the little that is done in TypeScript. */
export function rowFloats(view: ArenaView, rows: RowsAt, row: number, width: number): Float32Array {
  return new Float32Array(view.buffer, rowAt(rows, row), width);
}
