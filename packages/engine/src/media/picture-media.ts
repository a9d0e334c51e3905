import { LanternError } from '../errors.ts';
import type { ProcessorConfig } from '../model/vision-config.ts';
import { checkSize } from './check-size.ts';
import type { Media } from './media.ts';
import { type MediaLimits, pictureBounds } from './media-limits.ts';
import { resizeBicubic } from './resize-bicubic.ts';
import type { RgbImage } from './rgb-image.ts';
import { sliceHash } from './slice-hash.ts';
import { smartResize } from './smart-resize.ts';

/** Pixels along one side of a patch. */
export const PATCH_SIZE = 16;

export type PictureOptions = { limits?: MediaLimits | undefined; signal?: AbortSignal | undefined };

/**
 * A picture as the model takes it. `processor` is the checkpoint's; null, a model without a vision tower, is refused.
 * Throws a LanternError for a picture or limits that are not allowed.
 */
export async function pictureMedia(
  image: RgbImage,
  processor: ProcessorConfig | null,
  { limits = {}, signal }: PictureOptions = {},
): Promise<Media> {
  const bounds = pictureBounds(withVision(processor), limits);
  checkSize(image.width, image.height);
  const { height, width } = smartResize(image.height, image.width, bounds);
  const { data } = await resizeBicubic(image, height, width, signal);
  const frames = [data, data] as const;
  const slices = [{ frames, hash: await sliceHash(height, width, frames) }];
  return { kind: 'image', rows: height / PATCH_SIZE, columns: width / PATCH_SIZE, slices, timestamps: null };
}

/** The processor of a model that sees. */
export function withVision(processor: ProcessorConfig | null): ProcessorConfig {
  if (processor) return processor;
  throw new LanternError(
    'unsupported',
    'this model has no vision tower and sees no pictures or videos',
    'take a checkpoint with one (its config.json has vision_config; beside a GGUF file lies an mmproj file)',
  );
}
