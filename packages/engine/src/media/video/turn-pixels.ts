/** Pixels of four bytes as RGB, turned clockwise by 0, 90, 180 or 270 degrees. */
export function turnedRgb(
  rgba: Uint8Array,
  width: number,
  height: number,
  degrees: number,
): { width: number; height: number; data: Uint8Array } {
  const sideways = degrees % 180 !== 0;
  const [outWidth, outHeight] = sideways ? [height, width] : [width, height];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++, to += 3) {
      const from =
        degrees === 90
          ? (height - 1 - x) * width + y
          : degrees === 180
            ? (height - 1 - y) * width + width - 1 - x
            : degrees === 270
              ? x * width + width - 1 - y
              : y * width + x;
      data[to] = rgba[4 * from]!;
      data[to + 1] = rgba[4 * from + 1]!;
      data[to + 2] = rgba[4 * from + 2]!;
    }
  return { width: outWidth, height: outHeight, data };
}
