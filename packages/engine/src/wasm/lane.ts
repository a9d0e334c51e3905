import type { Batch } from '../model/batch.ts';
import type { Buffer } from '../model/plan.ts';
import type { VisionBuffer } from '../model/vision-plan.ts';
import type { Product, RowsAt } from './addresses.ts';
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
  /** Products whose panels are read next, to be touched while waiting: the beginning of this worker's share of them. */
  ahead: Product[] | null;
  /** Waits until every worker has come this far. */
  barrier(): void;
  /** The next piece of a worker's share of the work since the last barrier that nobody has taken: 0, 1, 2, … */
  claim(owner: number): number;
};

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
