import { LanternError, type Media, type MediaLimits, type ProcessorConfig } from '@lantern/engine';
import { readFrames, readPicture } from '@lantern/engine/node';
import type { DecodeMedia } from './read-media.ts';

/** Area of a picture where the request says nothing: Model Studio's own default, 2,560 tokens. */
const USUAL_PIXELS = 2_621_440;

/** Makes ready what a model sees, in the size that the request or else the checkpoint asks for. */
export const decodeMedia: DecodeMedia = async (media, { processor }, signal): Promise<Media> => {
  if (media.kind === 'image')
    return readPicture(media.bytes, processor, { limits: pictureLimits(media.limits, processor), signal });
  const { fps, ...limits } = media.limits;
  if ('frames' in media) return readFrames(media.frames, processor, { limits, fps, signal });
  throw new LanternError('unsupported', 'video files cannot be opened yet', 'send a list of frames');
};

function pictureLimits(limits: MediaLimits, processor: ProcessorConfig | null): MediaLimits {
  if (limits.maxPixels !== undefined || !processor) return limits;
  return { ...limits, maxPixels: Math.max(Math.min(processor.image.maxPixels, USUAL_PIXELS), limits.minPixels ?? 0) };
}
