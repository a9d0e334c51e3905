/** Brands of pictures in the container that MP4 has too. */
const PICTURE_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif', 'avis']);
/** Boxes that QuickTime files begin with. */
const BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip']);
/** Sizes of the header that follows the first 14 bytes of a bitmap. */
const BITMAP_HEADERS = new Set([12, 40, 52, 56, 64, 108, 124]);

/** Whether a file is a picture or a video, by its first bytes (32 are enough); null for anything else. */
export function mediaKindOf(start: Uint8Array): 'image' | 'video' | null {
  const text = (from: number, to: number) => String.fromCharCode(...start.subarray(from, to));
  const first = text(0, 4);
  if (first === '\x89PNG' || first === 'GIF8' || first === 'II*\0' || first === 'MM\0*') return 'image';
  if (text(0, 3) === '\xff\xd8\xff') return 'image';
  if (text(0, 2) === 'BM' && BITMAP_HEADERS.has(start[14] ?? 0) && text(15, 18) === '\0\0\0') return 'image';
  if (first === 'RIFF') return text(8, 12) === 'WEBP' ? 'image' : text(8, 12) === 'AVI ' ? 'video' : null;
  if (first === '\x1aE\xdf\xa3' || first === '\0\0\x01\xba' || text(0, 3) === 'FLV') return 'video';
  if (!BOXES.has(text(4, 8))) return null;
  return text(4, 8) === 'ftyp' && PICTURE_BRANDS.has(text(8, 12)) ? 'image' : 'video';
}
