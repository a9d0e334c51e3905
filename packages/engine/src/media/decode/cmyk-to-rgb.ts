import type { RgbImage } from '../rgb-image.ts';

/** Inks as colours without any profile: each takes its share off what black has left, rounded as PIL does. */
export function cmykToRgb(inks: Uint8Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    const left = 255 - inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) data[to + ink] = left - Math.round((inks[from + ink]! * left) / 255);
  }
  return { width, height, data };
}
