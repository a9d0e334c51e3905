import type { Metadata, SharpOptions } from 'sharp';
import { LanternError } from '../../errors.ts';
import { checkSize } from '../check-size.ts';
import type { PictureType } from '../media-type.ts';
import { opaqueRgb } from '../opaque-rgb.ts';
import type { RgbImage } from '../rgb-image.ts';
import { cmykToRgb } from './cmyk-to-rgb.ts';

type SharpType = Exclude<PictureType, 'image/bmp'>;

/** What a decoded picture may cost. */
export type Cost = { decodedPixels: number; seconds: number };

/** Names of formats as people say them, and as the decoder does. */
const FORMATS: { [type in SharpType]: { name: string; decoder: string } } = {
  'image/png': { name: 'PNG', decoder: 'png' },
  'image/jpeg': { name: 'JPEG', decoder: 'jpeg' },
  'image/webp': { name: 'WebP', decoder: 'webp' },
  'image/gif': { name: 'GIF', decoder: 'gif' },
  'image/tiff': { name: 'TIFF', decoder: 'tiff' },
  'image/avif': { name: 'AVIF', decoder: 'heif' },
  'image/heic': { name: 'HEIC', decoder: 'heif' },
};

/** Decodes with libvips, in threads of its own. What kind of file it is must have been told from its first bytes. */
export async function decodeWithSharp(bytes: Uint8Array, type: SharpType, cost: Cost): Promise<RgbImage> {
  const { width, height, space } = await readHeader(bytes, type);
  checkSize(width, height, cost.decodedPixels);
  return decode(bytes, type, { pages: 1 }, space === 'cmyk', cost);
}

/** `pages` frames of an animation from number `page` on, one below the other. */
export function decodePages(
  bytes: Uint8Array,
  type: 'image/gif' | 'image/webp',
  pages: { page: number; pages: number },
  cost: Cost,
): Promise<RgbImage> {
  return decode(bytes, type, pages, false, cost);
}

/** What the header of a file says. Throws a LanternError where it makes no sense; sizes are for the caller to judge. */
export async function readHeader(bytes: Uint8Array, type: SharpType, pages = 1): Promise<Metadata> {
  const sharp = await loadSharp();
  const header = await sharp(bytes, { limitInputPixels: false, pages })
    .metadata()
    .catch((error) => {
      throw notDecoded(type, error);
    });
  // The decoder looks for itself: a file that is two things at once is neither.
  const { name, decoder } = FORMATS[type];
  if (header.format !== decoder)
    throw new LanternError('bad-input', `the picture begins as ${name}, and the rest of it is ${header.format}`);
  return header;
}

async function decode(
  bytes: Uint8Array,
  type: SharpType,
  pages: { page?: number; pages: number },
  cmyk: boolean,
  { decodedPixels, seconds }: Cost,
): Promise<RgbImage> {
  const sharp = await loadSharp();
  const options: SharpOptions = { limitInputPixels: decodedPixels, ignoreIcc: true, failOn: 'error', ...pages };
  const space = cmyk ? 'cmyk' : 'srgb';
  // Frames one below the other cannot be turned, and animations have no need to be.
  const upright = pages.pages === 1 ? sharp(bytes, options).autoOrient() : sharp(bytes, options);
  const { data, info } = await upright
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: 'uchar' })
    .timeout({ seconds })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw notDecoded(type, error);
    });
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (cmyk && info.channels === 4) return cmykToRgb(pixels, info.width, info.height);
  return opaqueRgb(pixels, info.width, info.height);
}

async function loadSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new LanternError(
      'unsupported',
      `pictures are decoded by the package sharp, which cannot be loaded: ${oneLine(error)}`,
      'run `npm install sharp`, or give pictures as BMP',
    );
  }
}

function notDecoded(type: SharpType, error: unknown): LanternError {
  const { name } = FORMATS[type];
  const reason = oneLine(error);
  if (type === 'image/heic')
    return new LanternError(
      'unsupported',
      `the picture is HEIC, which cannot be decoded here: ${reason}`,
      'convert it to JPEG or PNG',
    );
  if (reason.startsWith('timeout'))
    return new LanternError('bad-input', `the ${name} picture takes too long to decode: ${reason}`, 'make it smaller');
  return new LanternError(
    'bad-input',
    `the ${name} picture cannot be decoded, it is cut short or damaged: ${reason}`,
    'save it anew as JPEG or PNG',
  );
}

/** The decoder's message, which may have several lines. */
function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .replaceAll(/:?\s*\n\s*/g, ': ')
    .slice(0, 300);
}
