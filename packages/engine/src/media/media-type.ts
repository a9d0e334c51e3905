/** Formats that are told apart by their first bytes. */
export type PictureType =
  | 'image/png'
  | 'image/jpeg'
  | 'image/webp'
  | 'image/gif'
  | 'image/bmp'
  | 'image/tiff'
  | 'image/avif'
  | 'image/heic';
export type VideoType = 'video/mp4' | 'video/quicktime' | 'video/webm' | 'video/x-matroska' | 'video/x-msvideo';
export type MediaType = PictureType | VideoType;

/** What the bytes of a file are by their own account, never by its name; null where they are none of the known formats. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | null {
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(bytes, '\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'image/gif';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'AVI ', 8)) return 'video/x-msvideo';
  if (TIFF_STARTS.some((start) => startsWith(bytes, start))) return 'image/tiff';
  if (startsWith(bytes, 'BM') && BMP_HEADERS.includes(latin(bytes, 14, 4))) return 'image/bmp';
  if (startsWith(bytes, '\x1a\x45\xdf\xa3'))
    return latin(bytes, 0, 64).includes('webm') ? 'video/webm' : 'video/x-matroska';
  if (startsWith(bytes, 'ftyp', 4)) return typeByBrands(bytes);
  // QuickTime before it had brands.
  return ['moov', 'mdat', 'wide'].some((atom) => startsWith(bytes, atom, 4)) ? 'video/quicktime' : null;
}

const TIFF_STARTS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/** Sizes of the headers that a BMP may have, as stored; two letters alone would be too little to go by. */
const BMP_HEADERS = [12, 16, 40, 52, 56, 64, 108, 124].map((size) => `${String.fromCharCode(size)}\0\0\0`);

const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1'];

/** Of a file in the ISO base media format: by its main brand, or by the others where that only says "some picture". */
function typeByBrands(bytes: Uint8Array): MediaType {
  const main = latin(bytes, 8, 4);
  if (main === 'qt  ') return 'video/quicktime';
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const others: string[] = [];
  for (let at = 16; at + 4 <= Math.min(size, 256); at += 4) others.push(latin(bytes, at, 4));
  const general = main === 'mif1' || main === 'msf1';
  if (AVIF_BRANDS.includes(main) || (general && others.some((brand) => AVIF_BRANDS.includes(brand))))
    return 'image/avif';
  return HEIC_BRANDS.includes(main) ? 'image/heic' : 'video/mp4';
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  return latin(bytes, at, text.length) === text;
}

function latin(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
