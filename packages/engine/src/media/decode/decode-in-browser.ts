import { LanternError } from '../../errors.ts';
import { checkSize } from '../check-size.ts';
import { opaqueRgb } from '../opaque-rgb.ts';
import type { RgbImage } from '../rgb-image.ts';
import { checkBytes, DECODED_PIXELS, type DecodeLimits, PICTURE_BYTES } from './decode-limits.ts';
import { pictureTypeOf } from './picture-type.ts';

/**
 * `decodePicture` for pages and workers: by the browser's own decoders, whatever formats they know. `seconds` cannot be
 * held there, and the size is known only when the picture has been opened.
 */
export async function decodePictureInBrowser(
  bytes: Uint8Array,
  { decodedPixels = DECODED_PIXELS, bytes: mostBytes = PICTURE_BYTES, signal }: Omit<DecodeLimits, 'seconds'> = {},
): Promise<RgbImage> {
  checkBytes('picture', bytes.length, mostBytes);
  const type = pictureTypeOf(bytes);
  signal?.throwIfAborted();
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), {
    colorSpaceConversion: 'none',
    imageOrientation: 'from-image',
  }).catch((error: unknown) => {
    throw new LanternError(
      'bad-input',
      `the browser cannot decode the picture, ${type}: ${error instanceof Error ? error.message : error}`,
      'save it anew as JPEG or PNG',
    );
  });
  try {
    signal?.throwIfAborted();
    const { width, height } = bitmap;
    checkSize(width, height, decodedPixels);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    // Transparency is laid over white.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return opaqueRgb(new Uint8Array(context.getImageData(0, 0, width, height).data.buffer), width, height);
  } finally {
    bitmap.close();
  }
}
