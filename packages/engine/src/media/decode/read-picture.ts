import type { ProcessorConfig } from '../../model/vision-config.ts';
import type { Media } from '../media.ts';
import { type PictureOptions, pictureMedia, withVision } from '../picture-media.ts';
import { checkFrameCount, LIST_FPS, sampledMedia } from '../video-media.ts';
import type { DecodeLimits } from './decode-limits.ts';
import { decodePicture } from './decode-picture.ts';

export type ReadOptions = PictureOptions & { decode?: Omit<DecodeLimits, 'signal'> | undefined };

/** A picture file as the model takes it; see `decodePicture` and `pictureMedia`. */
export async function readPicture(
  bytes: Uint8Array,
  processor: ProcessorConfig | null,
  { decode, ...options }: ReadOptions = {},
): Promise<Media> {
  const vision = withVision(processor);
  return pictureMedia(await decodePicture(bytes, { ...decode, signal: options.signal }), vision, options);
}

/**
 * A video that is given as picture files, one for each frame; `fps` is how many of them made up a second, 2 where nothing
 * is known. The usual sampling applies, and only sampled frames are decoded.
 */
export async function readFrames(
  files: readonly Uint8Array[],
  processor: ProcessorConfig | null,
  { decode, fps = LIST_FPS, ...options }: ReadOptions & { fps?: number | undefined } = {},
): Promise<Media> {
  const vision = withVision(processor);
  checkFrameCount(files.length);
  async function* read(indices: readonly number[]) {
    for (const index of indices) yield decodePicture(files[index]!, { ...decode, signal: options.signal });
  }
  return sampledMedia({ total: files.length, fps, read }, vision, options);
}
