import { LanternError } from '../errors.ts';
import type { ProcessorConfig } from '../model/vision-config.ts';
import { checkSize } from './check-size.ts';
import type { Media, MediaSlice } from './media.ts';
import { samplingOf, videoBounds } from './media-limits.ts';
import { PATCH_SIZE, type PictureOptions, withVision } from './picture-media.ts';
import { resizeBicubic } from './resize-bicubic.ts';
import type { RgbImage } from './rgb-image.ts';
import { pairTimes, sampleFrames } from './sample-frames.ts';
import { sliceHash } from './slice-hash.ts';
import { smartResizeVideo } from './smart-resize.ts';

/** A video that gives up its frames one by one. */
export type FrameSource = {
  /** Frames in all, and how many of them a second takes. */
  total: number;
  fps: number;
  /** When a frame is shown, in seconds, where frames do not follow each other evenly. */
  timeOf?(index: number): number;
  /** The frames with these numbers, which rise. All are of one size. */
  read(indices: readonly number[], signal?: AbortSignal): AsyncIterable<RgbImage>;
};

/** The share of sampled frames at the end that only a file's index may know of. */
const LOST_SHARE = 0.05;
/** Frames a second of a list that does not say. */
export const LIST_FPS = 2;
const MOST_LISTED = 8000;

/**
 * A list of frames as the model takes it; `fps` is how many of them made up a second. The usual sampling applies: by
 * default two frames a second, at least four where there are as many.
 */
export function videoMedia(
  frames: readonly RgbImage[],
  processor: ProcessorConfig | null,
  { fps = LIST_FPS, ...options }: PictureOptions & { fps?: number | undefined } = {},
): Promise<Media> {
  async function* read(indices: readonly number[]) {
    for (const index of indices) yield frames[index]!;
  }
  checkFrameCount(frames.length);
  return sampledMedia({ total: frames.length, fps, read }, processor, options);
}

/** Refuses what is too short to be a video, and lists that are too long. */
export function checkFrameCount(count: number, most = MOST_LISTED): void {
  if (count >= 2 && count <= most) return;
  throw new LanternError(
    'bad-input',
    `a video of ${count} ${count === 1 ? 'frame' : 'frames'}, allowed are 2${most === Infinity ? ' or more' : ` to ${most}`}`,
    count === 1 ? 'give it as a picture' : undefined,
  );
}

/**
 * A video as the model takes it: frames sampled evenly, resized as they come, in pairs with the mean of their times. The
 * last of an odd number is its own partner. Throws a LanternError where frames differ in size or do not all come.
 */
export async function sampledMedia(
  { total, fps, timeOf = (index) => index / fps, read }: FrameSource,
  processor: ProcessorConfig | null,
  { limits = {}, signal }: PictureOptions = {},
): Promise<Media> {
  const vision = withVision(processor);
  if (!(fps > 0 && fps < Infinity))
    throw new LanternError('bad-input', `fps of the video is ${fps}, it must be a number above 0`);
  checkFrameCount(total, Infinity);
  const indices = sampleFrames(total, fps, samplingOf(vision, limits));
  const bounds = videoBounds(vision, limits, indices.length);

  let from: Size | undefined;
  let to: Size = { height: 0, width: 0 };
  let partner: Uint8Array | undefined;
  let last: Uint8Array | undefined;
  let seen = 0;
  const slices: MediaSlice[] = [];
  const add = async (data: Uint8Array) => {
    if (partner) {
      const frames = [partner, data] as const;
      slices.push({ frames, hash: await sliceHash(to.height, to.width, frames) });
    }
    partner = partner ? undefined : data;
    last = data;
  };
  for await (const frame of read(indices, signal)) {
    if (!from) {
      checkSize(frame.width, frame.height);
      from = { height: frame.height, width: frame.width };
      to = smartResizeVideo(indices.length, frame.height, frame.width, bounds);
    }
    checkSameSize(frame, from, seen);
    await add((await resizeBicubic(frame, to.height, to.width, signal)).data);
    seen++;
  }
  const lost = indices.length - seen;
  if (!last || lost > Math.max(1, LOST_SHARE * indices.length))
    throw new LanternError(
      'bad-input',
      `the video gave ${seen} of the ${indices.length} frames that were asked for: it is cut short or damaged`,
    );
  for (let i = 0; i < lost; i++) await add(last);
  if (partner) await add(last);
  return {
    kind: 'video',
    rows: to.height / PATCH_SIZE,
    columns: to.width / PATCH_SIZE,
    slices,
    timestamps: pairTimes(indices, timeOf),
  };
}

type Size = { height: number; width: number };

function checkSameSize(frame: Size, first: Size, index: number): void {
  if (frame.height === first.height && frame.width === first.width) return;
  throw new LanternError(
    'bad-input',
    `sampled frame ${index} has ${frame.width} × ${frame.height} pixels, the first ${first.width} × ${first.height}`,
    'bring all frames of a video to one size',
  );
}
