import type { RgbImage } from '../rgb-image.ts';
import { decodeBmp } from './decode-bmp.ts';
import { checkBytes, DECODED_PIXELS, type DecodeLimits, PICTURE_BYTES, PICTURE_SECONDS } from './decode-limits.ts';
import { decodeWithSharp } from './decode-with-sharp.ts';
import { pictureTypeOf } from './picture-type.ts';
import { serially } from './serially.ts';

const inTurn = serially();

/**
 * The picture in a file's bytes: upright, opaque, without colour management. Of an animation the first frame. One is
 * decoded at a time. Throws a LanternError for what is no picture, damaged, of a format that cannot be decoded or over
 * the limits, which are checked before pixels are decoded.
 */
export async function decodePicture(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<RgbImage> {
  const { decodedPixels = DECODED_PIXELS, seconds = PICTURE_SECONDS, signal } = limits;
  checkBytes('picture', bytes.length, limits.bytes ?? PICTURE_BYTES);
  const type = pictureTypeOf(bytes);
  return inTurn(async () => {
    signal?.throwIfAborted();
    const image =
      type === 'image/bmp'
        ? decodeBmp(bytes, decodedPixels)
        : await decodeWithSharp(bytes, type, { decodedPixels, seconds });
    signal?.throwIfAborted();
    return image;
  });
}
