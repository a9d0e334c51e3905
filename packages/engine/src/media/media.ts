/**
 * A picture or a video as the model takes it: resized to whole cells of the merger, 8-bit RGB. A video is cut into slices
 * of two frames each; a picture is one slice whose frames are the same.
 */
export type Media = {
  kind: 'image' | 'video';
  /** Height and width in patches; both are whole cells of the merger. */
  rows: number;
  columns: number;
  slices: MediaSlice[];
  /** Of a video: seconds into it, for each slice. */
  timestamps: number[] | null;
};

/** What the vision tower sees at a time. */
export type MediaSlice = {
  /** [rows · patchSize, columns · patchSize, 3], the very same array twice for a picture */
  frames: readonly [Uint8Array, Uint8Array];
  /** What the slice is known by: equal only for equal frames of equal shape. */
  hash: string;
};

/** Tokens that a slice becomes: one for each cell of the merger. */
export function sliceTokens({ rows, columns }: Pick<Media, 'rows' | 'columns'>, mergeSize: number): number {
  return (rows / mergeSize) * (columns / mergeSize);
}
