import type { SeenCells } from '../media/media-span.ts';
import type { Batch } from './batch.ts';
import { afterPosition, cellPosition, type Position } from './positions.ts';

/** Tokens of one sequence, and the pictures among them. */
type Absorbed = { ids: ArrayLike<number>; seen?: readonly SeenCells[] };

/** A batch of so many tokens that are still to be written, and of no sequence. */
export function emptyBatch(tokens: number): Batch {
  return {
    ids: new Int32Array(tokens),
    positions: new Int32Array(3 * tokens),
    positionsBefore: new Int32Array(3 * tokens),
    sequences: [],
    seen: [],
    outputs: new Int32Array(),
  };
}

/** Writes a chunk's tokens from `row` on, given the position of the token before them. Returns that of its last one. */
export function absorb(batch: Batch, row: number, { ids, seen = [] }: Absorbed, before: Position): Position {
  let last = before;
  let at = 0;
  const put = (position: Position) => {
    place(batch, row + at, ids[at]!, last, position);
    last = position;
    at++;
  };
  for (const cells of seen) {
    while (at < cells.at) put(afterPosition(last));
    for (let i = 0; i < cells.count; i++) put(cellPosition(last, cells.cell + i, cells.columns));
    see(batch, row + cells.at, cells);
  }
  while (at < ids.length) put(afterPosition(last));
  return last;
}

/** Writes one token, and where it and the one before it stand. */
export function place(batch: Batch, row: number, id: number, before: Position, position: Position): void {
  const tokens = batch.ids.length;
  batch.ids[row] = id;
  for (let axis = 0; axis < 3; axis++) {
    batch.positionsBefore[axis * tokens + row] = before[axis]!;
    batch.positions[axis * tokens + row] = position[axis]!;
  }
}

/** Puts what was seen in place of the tokens from `row` on. */
export function see(batch: Batch, row: number, { count, embeddings }: SeenCells): void {
  batch.ids.fill(-1, row, row + count);
  batch.seen.push({ row, embeddings });
}
