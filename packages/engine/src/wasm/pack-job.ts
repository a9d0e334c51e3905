import { type MatrixLayout, openMatrix, receiveLayouts, type SharedTensor } from '../checkpoint/matrix-layout.ts';
import { Staging } from '../checkpoint/staging.ts';
import type { WeightMatrix } from '../checkpoint/weights.ts';
import type { Placement } from './compiler.ts';
import { type PackRoom, PanelPacker } from './panel-packer.ts';
import { PANEL_ROWS } from './panels/panel-format.ts';

/** Weights that a thread claims at a time. */
const PIECE_WEIGHTS = 1 << 20;

/** Rows [from, to) of a placement, whole panels: three numbers a piece. */
export type Pieces = { placements: Omit<Placement, 'matrix'>[]; table: Uint32Array };

/** What the threads that pack have in common: words of shared memory. */
export type PackCounters = Int32Array;
const NEXT = 0;
const DONE = 1;
const STOP = 2;

/** A worker's part in packing: all that it is told, as data. */
export type PackJob = {
  layouts: MatrixLayout<SharedTensor>[];
  pieces: Pieces;
  counters: PackCounters;
  room: PackRoom;
  worker: number;
};

export function packCounters(): PackCounters {
  return new Int32Array(new SharedArrayBuffer(12));
}

/** Pieces that are done. */
export function piecesDone(counters: PackCounters): number {
  return Atomics.load(counters, DONE);
}

/** Lets every thread stop after the piece it is at. */
export function stopPacking(counters: PackCounters): void {
  Atomics.store(counters, STOP, 1);
}

/** Cuts matrices into pieces, in order. */
export function cutIntoPieces(placements: readonly Placement[]): Pieces {
  const table: number[] = [];
  placements.forEach(({ matrix: { rows, columns } }, i) => {
    const step = Math.max(1, Math.floor(PIECE_WEIGHTS / columns / PANEL_ROWS)) * PANEL_ROWS;
    for (let from = 0; from < rows; from += step) table.push(i, from, Math.min(from + step, rows));
  });
  return {
    placements: placements.map(({ format, arena, at }) => ({ format, arena, at })),
    table: Uint32Array.from(table),
  };
}

/** Packs pieces that no thread has claimed yet until there are none, or the job is stopped. Yields after each. */
export function* packPieces(
  { placements, table }: Pieces,
  matrixOf: (placement: number) => WeightMatrix,
  counters: PackCounters,
  packer: PanelPacker,
): Generator<void> {
  while (Atomics.load(counters, STOP) === 0) {
    const [index, from, to] = table.subarray(Atomics.add(counters, NEXT, 1) * 3);
    if (index === undefined) return;
    const { format, arena, at } = placements[index]!;
    packer.pack(matrixOf(index), format, from!, to!, arena, at);
    Atomics.add(counters, DONE, 1);
    yield;
  }
}

/** Does a worker's part. Where it throws, the other threads stop too. */
export function runPackJob({ layouts, pieces, counters, room, worker }: PackJob): void {
  const received = receiveLayouts(layouts);
  const staging = new Staging();
  const packer = new PanelPacker(room, worker);
  const opened: WeightMatrix[] = [];
  const matrixOf = (index: number) => (opened[index] ??= openMatrix(received[index]!, staging));
  try {
    for (const _ of packPieces(pieces, matrixOf, counters, packer));
  } catch (error) {
    stopPacking(counters);
    throw error;
  }
}
