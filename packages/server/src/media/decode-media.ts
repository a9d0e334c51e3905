import type { Media, MediaLimits, ProcessorConfig } from '@lantern/engine';
import { readFrames, readPicture, readVideo } from '@lantern/engine/node';
import type { DecodeMedia } from './read-media.ts';

/** Area of a picture of which the request says nothing, as at Model Studio: 2,560 tokens. */
const USUAL_PIXELS = 2_621_440;

/** What the model of an engine takes for pictures, videos and lists of frames. */
export const decodeMedia: DecodeMedia = async (media, { processor }, signal): Promise<Media> => {
  const { limits } = media;
  switch (media.kind) {
    case 'image':
      return readPicture(media.bytes, processor, { limits: pictureLimits(limits, processor), signal });
    case 'frames': {
      // Whoever sends frames has chosen them: all are looked at, and `fps` tells how far they lie apart.
      const fps = limits.fps === undefined ? {} : { fps: limits.fps };
      return readFrames(media.frames, processor, { limits, signal, ...fps });
    }
    case 'video':
      return readVideo(media.bytes, processor, { limits, signal });
  }
};

function pictureLimits(limits: MediaLimits, processor: ProcessorConfig | null): MediaLimits {
  const usual = Math.min(USUAL_PIXELS, processor?.image.maxPixels ?? USUAL_PIXELS);
  return { ...limits, maxPixels: limits.maxPixels ?? Math.max(usual, limits.minPixels ?? 0) };
}
