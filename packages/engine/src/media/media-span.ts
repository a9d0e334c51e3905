import type { Media, MediaSlice } from './media.ts';

/** The neighbouring tokens of a prompt that stand for one slice of a picture or a video, one for each cell of the merger. */
export type MediaSpan = {
  kind: Media['kind'];
  start: number;
  count: number;
  /** Cells in a row. */
  columns: number;
  /** What the tower is to see there. */
  shape: Pick<Media, 'rows' | 'columns'>;
  slice: MediaSlice;
};

/** Part of a span in a chunk of its prompt: cells from `cell` on, with what the tower made of them, a row for each. */
export type SeenCells = { at: number; cell: number; count: number; columns: number; embeddings: Float32Array };

/** The parts of spans that lie in the tokens [from, to) of a prompt, all of which were seen. */
export function seenCells(
  spans: readonly MediaSpan[],
  from: number,
  to: number,
  seen: (span: MediaSpan) => Float32Array,
): SeenCells[] {
  return spans
    .filter(({ start, count }) => start < to && start + count > from)
    .map((span) => {
      const { start, count, columns } = span;
      const [first, end] = [Math.max(start, from), Math.min(start + count, to)];
      const embeddings = seen(span);
      const width = embeddings.length / count;
      return {
        at: first - from,
        cell: first - start,
        count: end - first,
        columns,
        embeddings: embeddings.subarray((first - start) * width, (end - start) * width),
      };
    });
}
