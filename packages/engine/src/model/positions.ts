import type { MediaSpan } from '../media/media-span.ts';

/** Where a token is: on the axes of time, height and width. */
export type Position = readonly [time: number, height: number, width: number];

/** What stands before the first token. */
export const BEFORE_ALL: Position = [-1, -1, -1];

/** The position of text, or of the first cell of a picture, after what came last: beyond it on every axis. */
export function afterPosition(last: Position, ahead = 0): Position {
  const next = Math.max(...last) + 1 + ahead;
  return [next, next, next];
}

/**
 * The position of one cell of a picture, given that of the token before it. All cells share a time; rows and columns
 * count on from there, so that the picture takes as many positions as its longer side has cells.
 */
export function cellPosition(last: Position, cell: number, columns: number): Position {
  const time = cell === 0 ? Math.max(...last) + 1 : last[0];
  return [time, time + Math.floor(cell / columns), time + (cell % columns)];
}

/** The positions of a whole prompt, as three lists. */
export function promptPositions(length: number, spans: readonly MediaSpan[]): [number[], number[], number[]] {
  const axes: [number[], number[], number[]] = [[], [], []];
  let last = BEFORE_ALL;
  let next = 0;
  for (let i = 0; i < length; i++) {
    while (next < spans.length && i >= spans[next]!.start + spans[next]!.count) next++;
    const span = spans[next];
    last = span && i >= span.start ? cellPosition(last, i - span.start, span.columns) : afterPosition(last);
    for (const [axis, list] of axes.entries()) list.push(last[axis]!);
  }
  return axes;
}
