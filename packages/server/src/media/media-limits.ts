import { ApiError } from '../http/api-error.ts';

const MIB = 2 ** 20;

/** Most characters of base64, and most bytes that are fetched or read from an uploaded file. */
export const mediaLimits = {
  image: { base64: 20 * MIB, bytes: 20 * MIB },
  video: { base64: 10 * MIB, bytes: 100 * MIB },
} as const;

const remedies = {
  image: 'shrink it to 1344×1344 and save it as JPEG of quality 85',
  video: 'send fewer or smaller frames, or upload it to /v1/files and send its file_id',
};

/** How many of a kind a request may have. */
export const mediaCounts = { linkedImages: 256, inlineImages: 250, videos: 64 } as const;

/** The 413 for a picture or a video of `size` (which may be only the least that it is known to have). */
export function tooLarge(kind: 'image' | 'video', field: string, size: string, form: 'base64' | 'bytes'): ApiError {
  const limit = mediaLimits[kind][form];
  const unit = form === 'base64' ? 'characters of base64' : 'bytes';
  const name = kind === 'image' ? 'a picture' : 'a video';
  return new ApiError(
    'request_too_large',
    `${field} has ${size} ${unit}; ${name} may have ${limit} (${limit / MIB} MB), ${remedies[kind]}`,
    { param: field },
  );
}
