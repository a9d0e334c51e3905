import { advance, type Local, type Statement, whileAtLeast } from '../assembler/index.ts';

/** What a product kernel walks over; all are parameters or locals that the loop moves. */
export type GemmPointers = {
  x: Local<'i32'>;
  w: Local<'i32'>;
  out: Local<'i32'>;
  rows: Local<'i32'>;
  panels: Local<'i32'>;
};

/** Rows that one tile multiplies together: with 16 columns, eight 256-bit sums, two weights and a splat. */
export const TILE_ROWS = 4;

/**
 * The loops around a tile: panels outside, so that a panel stays in cache while all rows meet it; rows by fours, what
 * is left one by one. `tile(rows, x, out)` multiplies `rows` rows at x with the panel at `w` into `out`. Every output is
 * summed in the same order whatever the tile, so a row's result does not depend on its company. `prepare` comes before
 * the rows of each panel.
 */
export function gemmLoop(
  { x, w, out, rows, panels }: GemmPointers,
  [xTile, outTile, left]: [Local<'i32'>, Local<'i32'>, Local<'i32'>],
  strides: { x: number; out: number; panel: number },
  tile: (rows: number) => Statement[],
  { tileRows = [TILE_ROWS, 1], prepare = [] }: { tileRows?: number[]; prepare?: Statement[] } = {},
): Statement[] {
  const rowsOf = (count: number) =>
    whileAtLeast(left, count, ...tile(count), advance(xTile, count * strides.x), advance(outTile, count * strides.out));
  return [
    whileAtLeast(
      panels,
      1,
      ...prepare,
      xTile.set(x.get),
      outTile.set(out.get),
      left.set(rows.get),
      ...tileRows.map(rowsOf),
      advance(w, strides.panel),
      advance(out, 64),
    ),
  ];
}
