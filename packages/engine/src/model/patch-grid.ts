import type { Media } from '../media/media.ts';

/** Patches of a slice, down and across. */
export type Grid = Pick<Media, 'rows' | 'columns'>;

/** Patches along one side of a cell. */
const CELL = 2;
/** Base of the rotary frequencies of patches. */
const THETA = 10_000;

/**
 * Where a patch lies, by its number in the order in which the tower takes them: cell by cell, row after row of cells, and
 * in a cell row by row.
 */
export function patchAt(index: number, { columns }: Grid): { row: number; column: number } {
  const cell = Math.floor(index / CELL ** 2);
  const cellsAcross = columns / CELL;
  const inside = index % CELL ** 2;
  return {
    row: CELL * Math.floor(cell / cellsAcross) + Math.floor(inside / CELL),
    column: CELL * (cell % cellsAcross) + (inside % CELL),
  };
}

/** What the bytes of red, green and blue become: (byte / 255 − mean) / std, in a table of 256 for each. */
export function pixelTables(mean: readonly number[], std: readonly number[]): Float32Array[] {
  return mean.map((m, channel) => Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - m) / std[channel]!));
}

/** Writes one patch of a frame, [rows · size, columns · size, 3] bytes, as numbers in the order channel, y, x. */
export function patchPixels(
  frame: Uint8Array,
  { columns }: Grid,
  { row, column }: { row: number; column: number },
  size: number,
  tables: readonly Float32Array[],
  out: Float32Array,
): void {
  const stride = columns * size * 3;
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel]!;
    let at = channel * size * size;
    for (let y = 0; y < size; y++) {
      let from = (row * size + y) * stride + column * size * 3 + channel;
      for (let x = 0; x < size; x++, from += 3) out[at++] = table[frame[from]!]!;
    }
  }
}

/**
 * hidden += what a square table of `side` entries a side holds where a patch lies, when the slice is stretched over it
 * corner to corner: a mean of four entries, weighted by nearness.
 */
export function addPosition(
  table: Float32Array,
  side: number,
  { rows, columns }: Grid,
  { row, column }: { row: number; column: number },
  hidden: Float32Array,
): void {
  const place = (index: number, count: number) => {
    const at = count === 1 ? 0 : Math.fround((index * (side - 1)) / (count - 1));
    const low = Math.floor(at);
    return { low, high: Math.min(low + 1, side - 1), share: at - low };
  };
  const [y, x] = [place(row, rows), place(column, columns)];
  const width = hidden.length;
  const corners = [
    { at: y.low * side + x.low, weight: (1 - y.share) * (1 - x.share) },
    { at: y.low * side + x.high, weight: (1 - y.share) * x.share },
    { at: y.high * side + x.low, weight: y.share * (1 - x.share) },
    { at: y.high * side + x.high, weight: y.share * x.share },
  ];
  const [a, b, c, d] = corners.map(({ at }) => at * width) as [number, number, number, number];
  const [wa, wb, wc, wd] = corners.map(({ weight }) => weight) as [number, number, number, number];
  for (let i = 0; i < width; i++)
    hidden[i] = hidden[i]! + (wa * table[a + i]! + wb * table[b + i]! + wc * table[c + i]! + wd * table[d + i]!);
}

/**
 * Rotary tables of patches: of each, the cos and sin of headDim / 2 angles, the first half of them its row, the others its
 * column, times theta^(−i / (headDim / 4)). Formed in f32, as the vendor does.
 */
export class PatchRotary {
  readonly #cos: Float32Array;
  readonly #sin: Float32Array;
  readonly #quarter: number;

  /** For slices of no more than `longest` rows and columns. */
  constructor(headDim: number, longest: number) {
    const quarter = headDim / 4;
    this.#quarter = quarter;
    const frequencies = Float32Array.from({ length: quarter }, (_, i) => THETA ** (-i / quarter));
    const angles = Float32Array.from({ length: longest * quarter }, (_, i) =>
      Math.fround(Math.floor(i / quarter) * frequencies[i % quarter]!),
    );
    this.#cos = angles.map(Math.cos);
    this.#sin = angles.map(Math.sin);
  }

  /** Writes the tables of one patch, [headDim / 2] each. */
  fill({ row, column }: { row: number; column: number }, cos: Float32Array, sin: Float32Array): void {
    const quarter = this.#quarter;
    for (const [half, place] of [row, column].entries()) {
      cos.set(this.#cos.subarray(place * quarter, (place + 1) * quarter), half * quarter);
      sin.set(this.#sin.subarray(place * quarter, (place + 1) * quarter), half * quarter);
    }
  }
}
