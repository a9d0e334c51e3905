/** A picture as the resizer takes it: 8-bit sRGB, upright, opaque. */
export type RgbImage = {
  width: number;
  height: number;
  /** [height, width, 3] */
  data: Uint8Array;
};
