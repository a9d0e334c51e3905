import { LanternError } from '../errors.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Pixels along one side of the square that becomes one token: patches of 16, merged by 2. */
export const TOKEN_SIDE = 32;
const TEMPORAL_PATCH = 2;
const MAX_RATIO = 200;

/** Bounds on an area in pixels. */
export type PixelBounds = { minPixels: number; maxPixels: number };
type Size = { height: number; width: number };

/**
 * The size that a picture is brought to before the model sees it: sides in multiples of 32, area within the bounds, shape
 * nearly kept. Throws where one side is more than 200 times the other.
 */
export function smartResize(height: number, width: number, bounds: PixelBounds): Size {
  checkRatio(height, width);
  return fitArea({ height, width }, 1, 1, bounds);
}

/**
 * The size that each of `frames` sampled frames of a video is brought to; the bounds hold for all of them together.
 */
export function smartResizeVideo(frames: number, height: number, width: number, bounds: PixelBounds): Size {
  checkRatio(height, width);
  // What is smaller than a token is first enlarged, in whole pixels.
  const scale = Math.max(TOKEN_SIDE / height, TOKEN_SIDE / width, 1);
  const size = { height: Math.trunc(height * scale), width: Math.trunc(width * scale) };
  return fitArea(size, frames, roundHalfEven(frames / TEMPORAL_PATCH) * TEMPORAL_PATCH, bounds);
}

/**
 * Both sides rounded to multiples of 32. Only where `seenFrames` of that are out of bounds does the shape with its true
 * number of frames decide how far it is scaled; sides are then rounded towards the inside.
 */
function fitArea({ height, width }: Size, frames: number, seenFrames: number, bounds: PixelBounds): Size {
  const round = (side: number) => roundHalfEven(side / TOKEN_SIDE) * TOKEN_SIDE;
  const area = seenFrames * round(height) * round(width);
  if (area > bounds.maxPixels) {
    const shrink = Math.sqrt((frames * height * width) / bounds.maxPixels);
    const fit = (side: number) => Math.max(TOKEN_SIDE, Math.floor(side / shrink / TOKEN_SIDE) * TOKEN_SIDE);
    return { height: fit(height), width: fit(width) };
  }
  if (area < bounds.minPixels) {
    const grow = Math.sqrt(bounds.minPixels / (frames * height * width));
    const fit = (side: number) => Math.ceil((side * grow) / TOKEN_SIDE) * TOKEN_SIDE;
    return { height: fit(height), width: fit(width) };
  }
  // Only bounds below one token let a side come to nothing.
  return { height: Math.max(TOKEN_SIDE, round(height)), width: Math.max(TOKEN_SIDE, round(width)) };
}

/** Refuses a picture that is too long. */
export function checkRatio(height: number, width: number): void {
  if (Math.max(height, width) <= MAX_RATIO * Math.min(height, width)) return;
  throw new LanternError(
    'bad-input',
    `a picture of ${width} × ${height} pixels: one side may be at most ${MAX_RATIO} times the other`,
    'cut it into parts, or pad the short side',
  );
}
