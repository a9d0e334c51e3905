import { LanternError } from '../../errors.ts';
import { checkSize } from '../check-size.ts';
import { opaqueRgb } from '../opaque-rgb.ts';
import type { RgbImage } from '../rgb-image.ts';
import { unpackRuns } from './bmp-runs.ts';

const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

type Header = {
  width: number;
  height: number;
  /** Rows go from the top down; usually they go up. */
  topDown: boolean;
  bits: number;
  compression: number;
  /** Colours of the palette as stored: [colours, entryBytes], blue first. */
  palette: Uint8Array;
  entryBytes: number;
  /** Bits of a pixel that are red, green, blue and alpha, where pixels are not indices. */
  masks: readonly [number, number, number, number];
  /** Where pixels begin. */
  pixels: number;
};

/** A Windows bitmap: 1, 2, 4, 8, 16, 24 or 32 bits a pixel, indexed or not, in runs or not. */
export function decodeBmp(bytes: Uint8Array, decodedPixels: number): RgbImage {
  const header = readHeader(bytes);
  const { width, height } = header;
  checkSize(width, height, decodedPixels);
  const stride = ((width * header.bits + 31) >> 5) * 4;
  const inRuns = header.compression === RLE8 || header.compression === RLE4;
  const rows = inRuns
    ? unpackRuns(bytes.subarray(header.pixels), width, height, header.compression === RLE4)
    : bytes.subarray(header.pixels, header.pixels + stride * height);
  if (!inRuns && rows.length < stride * height) throw bad(`has ${rows.length} of ${stride * height} bytes of pixels`);
  return header.bits <= 8
    ? indexed(rows, header, inRuns ? width : stride, inRuns ? 8 : header.bits)
    : direct(rows, header, stride);
}

function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length >= 18 ? view.getUint32(14, true) : 0;
  if (size < 12 || bytes.length < 14 + size) throw bad('ends in its header');
  const old = size === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const storedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = size >= 40 ? view.getUint32(30, true) : 0;
  checkKind(bits, compression);

  const fields = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  // The first bitmaps with masks have them behind the header, later ones in it.
  const behind = fields && size === 40 ? (compression === BIT_FIELDS ? 12 : 16) : 0;
  const maskAt = (i: number) => (54 + 4 * i < 14 + size + behind ? view.getUint32(54 + 4 * i, true) : 0);
  if (bytes.length < 14 + size + behind) throw bad('ends in its header');
  const entryBytes = old ? 3 : 4;
  const listed = size >= 40 ? view.getUint32(46, true) : 0;
  const colors = bits > 8 ? 0 : Math.min(listed || 2 ** bits, 2 ** bits);
  const paletteAt = 14 + size + behind;
  const palette = bytes.subarray(paletteAt, paletteAt + colors * entryBytes);
  if (palette.length < colors * entryBytes) throw bad('ends in its palette');
  return {
    width,
    height: Math.abs(storedHeight),
    topDown: storedHeight < 0,
    bits,
    compression,
    palette,
    entryBytes,
    masks: fields
      ? [maskAt(0), maskAt(1), maskAt(2), maskAt(3)]
      : bits === 16
        ? [0x7c00, 0x3e0, 0x1f, 0]
        : [0xff0000, 0xff00, 0xff, 0],
    pixels: view.getUint32(10, true),
  };
}

function checkKind(bits: number, compression: number): void {
  const allowed = {
    0: [1, 2, 4, 8, 16, 24, 32],
    [RLE8]: [8],
    [RLE4]: [4],
    [BIT_FIELDS]: [16, 32],
    [ALPHA_BIT_FIELDS]: [16, 32],
  }[compression];
  if (allowed?.includes(bits)) return;
  throw new LanternError(
    'bad-input',
    `the BMP picture has ${bits} bits a pixel and compression ${compression}, which cannot be decoded`,
    'save it anew as JPEG or PNG',
  );
}

/** Palette indices of `bits` each, most significant first. */
function indexed(rows: Uint8Array, header: Header, stride: number, bits: number): RgbImage {
  const { width, height, palette, entryBytes } = header;
  const data = new Uint8Array(width * height * 3);
  const mask = (1 << bits) - 1;
  for (let y = 0, to = 0; y < height; y++) {
    const row = rowAt(y, header) * stride;
    for (let x = 0; x < width; x++, to += 3) {
      const bit = x * bits;
      const index = (rows[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
      const entry = index * entryBytes;
      // An index beyond the palette is black.
      data[to] = palette[entry + 2] ?? 0;
      data[to + 1] = palette[entry + 1] ?? 0;
      data[to + 2] = palette[entry] ?? 0;
    }
  }
  return { width, height, data };
}

/** Pixels that are colours: whole little-endian numbers, cut up by masks. */
function direct(rows: Uint8Array, header: Header, stride: number): RgbImage {
  const { width, height, bits, masks } = header;
  const channels = masks[3] ? 4 : 3;
  const parts = masks.slice(0, channels).map((mask) => {
    const shift = mask ? 31 - Math.clz32(mask & -mask) : 0;
    return { shift, top: mask >>> shift };
  });
  const pixelBytes = bits / 8;
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    let at = rowAt(y, header) * stride;
    for (let x = 0; x < width; x++) {
      let value = 0;
      for (let b = 0; b < pixelBytes; b++) value |= rows[at++]! << (8 * b);
      for (const { shift, top } of parts) pixels[to++] = top ? Math.trunc((((value >>> shift) & top) * 255) / top) : 0;
    }
  }
  return opaqueRgb(pixels, width, height);
}

function rowAt(y: number, { height, topDown }: Header): number {
  return topDown ? y : height - 1 - y;
}

function bad(what: string): LanternError {
  return new LanternError(
    'bad-input',
    `the BMP picture ${what}: it is cut short or damaged`,
    'save it anew as JPEG or PNG',
  );
}
