import { LanternError } from '../errors.ts';
import type { ProcessorConfig } from '../model/vision-config.ts';
import type { FrameSampling } from './sample-frames.ts';
import type { PixelBounds } from './smart-resize.ts';

/** How finely the model is to look. What is left out comes from the checkpoint. */
export type MediaLimits = {
  /** Area in pixels of a picture, or of each frame of a video. 1,024 pixels are one token. */
  minPixels?: number | undefined;
  maxPixels?: number | undefined;
  /** Area of all sampled frames of a video together. */
  totalPixels?: number | undefined;
  /** Frames sampled a second of a video, 0.1 to 10. */
  fps?: number | undefined;
};

/** The most that a picture or frame may have after resizing, whatever is asked for: 16,384 tokens. */
export const MOST_PIXELS = 16_777_216;
/** The most that all frames of a video may have: 131,072 tokens, each of which sees two frames. */
const MOST_TOTAL_PIXELS = 268_435_456;
/** Of a picture that is looked at in little detail: 256 tokens. */
const LOW_DETAIL_PIXELS = 262_144;

/**
 * The limits that the fields of a request ask for. `detail: 'low'` is at most 256 tokens, `high` and `auto` are the
 * checkpoint's own bound; `highResolution` is 16,384 tokens whatever `maxPixels` says.
 */
export function limitsOf(
  request: MediaLimits & { detail?: 'low' | 'high' | 'auto' | undefined; highResolution?: boolean | undefined },
): MediaLimits {
  const { detail, highResolution, ...limits } = request;
  if (highResolution) return { ...limits, maxPixels: MOST_PIXELS };
  if (detail === 'low') return { ...limits, maxPixels: Math.min(limits.maxPixels ?? Infinity, LOW_DETAIL_PIXELS) };
  return limits;
}

/** Bounds on the area of a picture. */
export function pictureBounds({ image }: ProcessorConfig, limits: MediaLimits): PixelBounds {
  checkLimits(limits);
  const maxPixels = Math.min(limits.maxPixels ?? Math.max(image.maxPixels, limits.minPixels ?? 0), MOST_PIXELS);
  return { minPixels: Math.min(limits.minPixels ?? image.minPixels, maxPixels), maxPixels };
}

/** Bounds on the area of `frames` frames of a video together. */
export function videoBounds({ video }: ProcessorConfig, limits: MediaLimits, frames: number): PixelBounds {
  checkLimits(limits);
  const total = limits.totalPixels ?? video.maxPixels;
  const maxPixels = Math.min(total, (limits.maxPixels ?? MOST_PIXELS) * frames);
  const minPixels = limits.minPixels === undefined ? video.minPixels : limits.minPixels * frames;
  return { minPixels: Math.min(minPixels, maxPixels), maxPixels };
}

/** How frames of a video are sampled. */
export function samplingOf({ video }: ProcessorConfig, limits: MediaLimits): FrameSampling {
  checkLimits(limits);
  const { minFrames, maxFrames } = video;
  return { fps: limits.fps ?? video.fps, minFrames, maxFrames };
}

function checkLimits({ minPixels, maxPixels, totalPixels, fps }: MediaLimits): void {
  checkRange('minPixels', minPixels, 0, MOST_PIXELS);
  checkRange('maxPixels', maxPixels, 1024, MOST_PIXELS);
  checkRange('totalPixels', totalPixels, 1024, MOST_TOTAL_PIXELS);
  checkRange('fps', fps, 0.1, 10);
  if (minPixels !== undefined && maxPixels !== undefined && minPixels > maxPixels)
    throw new LanternError('bad-input', `minPixels is ${minPixels}, which is more than maxPixels, ${maxPixels}`);
}

function checkRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw new LanternError('bad-input', `${name} is ${value}, allowed is ${least} to ${most}`);
}
