import type { RgbImage } from './rgb-image.ts';

/**
 * A picture with 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) bytes a pixel as opaque RGB: transparency is laid over
 * white and rounded, as PIL does it.
 */
export function opaqueRgb(pixels: Uint8Array, width: number, height: number): RgbImage {
  const channels = pixels.length / (width * height);
  if (channels === 3) return { width, height, data: pixels };
  const data = new Uint8Array(width * height * 3);
  const colored = channels > 2 ? 1 : 0;
  const transparent = channels % 2 === 0;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 3) {
    const alpha = transparent ? pixels[from + channels - 1]! : 255;
    data[to] = overWhite(pixels[from]!, alpha);
    data[to + 1] = overWhite(pixels[from + colored]!, alpha);
    data[to + 2] = overWhite(pixels[from + 2 * colored]!, alpha);
  }
  return { width, height, data };
}

function overWhite(value: number, alpha: number): number {
  return 255 - Math.round(((255 - value) * alpha) / 255);
}
