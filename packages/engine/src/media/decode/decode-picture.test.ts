import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { fixture } from '../../checkpoint/test-support.ts';
import { LanternError } from '../../errors.ts';
import type { ProcessorConfig } from '../../model/vision-config.ts';
import { decodePicture } from './decode-picture.ts';
import { readFrames, readPicture } from './read-picture.ts';

type Golden = { pictures: { [file: string]: { mode: string; width: number; height: number; sha256: string } } };
const golden = JSON.parse(readFileSync(fixture('pictures/golden.json'), 'utf8')) as Golden;
const read = (file: string) => readFileSync(fixture(`pictures/${file}`));

const processor: ProcessorConfig = {
  image: { minPixels: 4096, maxPixels: 16_777_216 },
  video: { minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 },
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/** A PNG that claims any size; its pixels are as many zero bytes as are asked for. */
function png(width: number, height: number, pixelBytes: number): Uint8Array {
  const chunk = (kind: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(pixelBytes))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function refused(bytes: Uint8Array, message: RegExp, code = 'bad-input', limits = {}): Promise<void> {
  await assert.rejects(decodePicture(bytes, limits), (error) => {
    assert.ok(error instanceof LanternError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

test('pictures of all modes and formats are Pillow’s, byte for byte', async () => {
  assert.ok(Object.keys(golden.pictures).length > 30);
  for (const [file, { width, height, sha256 }] of Object.entries(golden.pictures)) {
    const image = await decodePicture(read(file));
    assert.deepEqual([image.width, image.height, image.data.length], [width, height, 3 * width * height], file);
    assert.equal(createHash('sha256').update(image.data).digest('hex'), sha256, file);
  }
});

test('16-bit grey keeps its upper bytes', async () => {
  const { data, width } = await decodePicture(read('grey-16.png'));
  for (const [x, y] of [
    [0, 0],
    [5, 3],
    [22, 16],
  ] as const)
    assert.deepEqual(
      [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)],
      Array(3).fill((x * 2500 + y * 7) >> 8),
    );
});

test('AVIF is decoded', async () => {
  const { data, width, height } = await decodePicture(read('color.avif'));
  const { data: expected } = await decodePicture(read('color.bmp'));
  assert.deepEqual([width, height], [23, 17]);
  const off = data.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / data.length;
  assert.ok(off < 6, `mean distance ${off}`);
});

test('of an animation, the first frame', async () => {
  const frames = Buffer.concat([Buffer.alloc(20 * 20 * 3, 10), Buffer.alloc(20 * 20 * 3, 200)]);
  const raw = { width: 20, height: 40, channels: 3, pageHeight: 20 } as const;
  const animation = await sharp(frames, { raw })
    .gif({ delay: [100, 100] })
    .toBuffer();
  assert.equal((await sharp(animation).metadata()).pages, 2);
  const { height, data } = await decodePicture(animation);
  assert.deepEqual([height, data[0]], [20, 10]);
});

test('bitmaps in runs, upside down and with masks', async () => {
  const bitmap = (
    bits: number,
    compression: number,
    height: number,
    palette: number[],
    pixels: number[],
    masks: number[] = [],
  ) => {
    const header = Buffer.alloc(54);
    header.write('BM', 'latin1');
    header.writeUInt32LE(54 + 4 * masks.length + palette.length, 10);
    header.writeUInt32LE(40, 14);
    header.writeInt32LE(12, 18);
    header.writeInt32LE(height, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(bits, 28);
    header.writeUInt32LE(compression, 30);
    header.writeUInt32LE(palette.length / 4, 46);
    const words = Buffer.alloc(4 * masks.length);
    for (const [i, mask] of masks.entries()) words.writeUInt32LE(mask, 4 * i);
    return Buffer.concat([header, words, Buffer.from([...palette, ...pixels])]);
  };
  const palette = [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0];
  const rows = (make: (row: number) => number[]) => Array.from({ length: 12 }, (_, row) => make(row)).flat();

  // Red to the left, a literal of green, blue, green in each row but the lowest, which only says where its second pixel is.
  const runs = rows((row) => (row === 0 ? [0, 2, 1, 0, 1, 3, 0, 0] : [6, 1, 0, 3, 2, 3, 2, 0, 0, 0]));
  const { data } = await decodePicture(bitmap(8, 1, 12, palette, [...runs, 0, 1]));
  assert.deepEqual([...data.subarray(15, 30)], [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 255, 0, 0, 0, 0]);
  assert.deepEqual([...data.subarray(11 * 36, 11 * 36 + 9)], [0, 0, 0, 0, 0, 255, 0, 0, 0]);

  const nibbles = await decodePicture(
    bitmap(
      4,
      2,
      12,
      palette,
      rows(() => [5, 0x12, 0, 3, 0x32, 0x10, 4, 0x11, 0, 0]),
    ),
  );
  assert.deepEqual(
    [...nibbles.data.subarray(0, 24)],
    [255, 0, 0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 255, 0, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0],
  );

  const down = await decodePicture(
    bitmap(
      24,
      0,
      -12,
      [],
      rows((row) => Array(36).fill(row)),
    ),
  );
  assert.deepEqual([down.height, down.data[0], down.data[36]], [12, 0, 1]);
  const masked = await decodePicture(
    bitmap(
      16,
      3,
      -12,
      [],
      rows(() => Array(12).fill([0x1f, 0xf8]).flat()),
      [0xf800, 0x7e0, 0x1f],
    ),
  );
  assert.deepEqual([...masked.data.subarray(0, 3)], [255, 0, 255]);

  await refused(bitmap(24, 0, -12, [], [1, 2, 3]), /BMP picture has 3 of 432 bytes/);
  await refused(bitmap(24, 4, 12, [], []), /24 bits a pixel and compression 4/);
  await refused(bitmap(8, 0, 12, [], []), /palette/);
  await refused(read('color.bmp').subarray(0, 30), /BMP picture ends in its header/);
});

test('what is no picture is refused by name', async () => {
  await refused(new Uint8Array(0), /the picture is empty/);
  await refused(
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
    /no known format.*<svg/,
  );
  await refused(Buffer.from('<?xml version="1.0"?><svg/>'), /no known format/);
  await refused(Buffer.from('%PDF-1.7 and so on'), /no known format/);
  await refused(Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1'), /is a video, video\/mp4/);
});

test('HEIC, whose decoder is not at hand, is refused with a remedy', async () => {
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1\0\0\0\x08free', 'latin1');
  await assert.rejects(decodePicture(heic), (error: LanternError) => {
    assert.match(error.message, /HEIC/);
    assert.match(error.remedy!, /JPEG or PNG/);
    return error.code === 'unsupported';
  });
});

test('a file that is two things at once is refused', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="9" height="9"/></svg>';
  for (const start of ['GIF89a', '\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'II*\0', 'RIFF\x10\0\0\0WEBP'])
    await refused(Buffer.from(`${start}${svg}`, 'latin1'), /cannot be decoded|rest of it is/);
});

test('files cut short anywhere give an error, not half a picture', async () => {
  for (const file of [
    'color.jpg',
    'alpha.webp',
    'transparent.png',
    'lzw.tif',
    'palette.gif',
    'color.avif',
    'color.bmp',
  ]) {
    const bytes = read(file);
    for (const share of [0.1, 0.5, 0.9])
      await assert.rejects(
        decodePicture(bytes.subarray(0, Math.floor(bytes.length * share))),
        (error) => error instanceof LanternError && error.code === 'bad-input',
        `${file} at ${share}`,
      );
  }
});

test('headers that lie and pictures that are too large are refused before they are decoded', async () => {
  const began = performance.now();
  await refused(png(50_000, 50_000, 1000), /50000 × 50000 pixels has 2500000000 in all, at most 100000000/);
  await refused(png(900_000, 11, 10), /900000 × 11 pixels: one side may be at most 200 times/);
  await refused(png(100, 100, 30), /PNG picture cannot be decoded/);
  await refused(png(10, 100, 100 * 31), /10 × 100 pixels: both sides must be over 10/);
  await refused(png(2_000_000_000, 11, 10), /PNG picture cannot be decoded/);
  // A few bytes of WebP that are 16,383 pixels square.
  const vp8l = Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xfe\xbf\xff\x0f\0\0\0\0\0\0\0\0\0', 'latin1');
  await refused(vp8l, /16383 × 16383 pixels has 268402689 in all, at most 100000000/);
  await refused(read('color.jpg'), /has \d+ bytes, at most 100 are allowed/, 'bad-input', { bytes: 100 });
  await refused(read('color.jpg'), /at most 300 are decoded/, 'bad-input', { decodedPixels: 300 });
  assert.ok(performance.now() - began < 5000);
});

test('random damage never does worse than an error', async () => {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  let decoded = 0;
  for (const file of [
    'color.jpg',
    'alpha.webp',
    'transparent.png',
    'lzw.tif',
    'palette.gif',
    'palette.bmp',
    'alpha.bmp',
  ])
    for (let round = 0; round < 12; round++) {
      const bytes = Uint8Array.from(read(file));
      for (let i = 0; i < 3; i++) bytes[random(bytes.length)] = random(256);
      try {
        await decodePicture(bytes, { seconds: 5 });
        decoded++;
      } catch (error) {
        assert.ok(error instanceof LanternError, `${file}: ${error}`);
      }
    }
  assert.ok(decoded > 0);
});

test('one after another, and given up on request', async () => {
  const files = Array.from({ length: 8 }, () => decodePicture(read('color.jpg')));
  for (const image of await Promise.all(files)) assert.equal(image.width, 23);
  await assert.rejects(decodePicture(read('color.jpg'), { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('limits, hashes and frame lists', async () => {
  const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#345' } })
    .png()
    .toBuffer();
  const plain = await readPicture(photo, processor);
  assert.deepEqual([plain.rows, plain.columns, plain.timestamps], [38, 56, null]);
  assert.equal(plain.slices[0]!.frames[0], plain.slices[0]!.frames[1]);
  assert.match(plain.slices[0]!.hash, /^[0-9a-f]{64}$/);
  assert.equal((await readPicture(photo, processor)).slices[0]!.hash, plain.slices[0]!.hash);
  const small = await readPicture(photo, processor, { limits: { maxPixels: 65_536 } });
  assert.ok(small.rows * small.columns * 256 <= 65_536);
  assert.notEqual(small.slices[0]!.hash, plain.slices[0]!.hash);

  const shades = await Promise.all(
    [0, 50, 100, 150, 200].map((r) =>
      sharp({ create: { width: 64, height: 64, channels: 3, background: { r, g: 0, b: 0 } } })
        .png()
        .toBuffer(),
    ),
  );
  const video = await readFrames(shades, processor, { fps: 4 });
  // Five frames of 1.25 seconds: two would do, four is the least.
  assert.deepEqual(video.timestamps, [0.125, 0.875]);
  assert.deepEqual(
    video.slices.map(({ frames }) => frames.map((frame) => frame[0])),
    [
      [0, 50],
      [150, 200],
    ],
  );
  const odd = await readFrames(shades, processor);
  assert.deepEqual(
    odd.slices.map(({ frames }) => frames.map((frame) => frame[0])),
    [
      [0, 50],
      [100, 150],
      [200, 200],
    ],
  );
  assert.deepEqual(odd.timestamps, [0.25, 1.25, 2]);

  await assert.rejects(readFrames(shades.slice(0, 1), processor), /video of 1 frame, allowed are 2 to 8000/);
  await assert.rejects(readFrames([shades[0]!, photo], processor), /sampled frame 1 has 900 × 600/);
  await assert.rejects(readFrames(shades, processor, { fps: 0 }), /fps of the video is 0/);
  await assert.rejects(
    readPicture(photo, processor, { limits: { maxPixels: 1e9 } }),
    /maxPixels is 1000000000, allowed/,
  );
  for (const call of [readPicture(photo, null), readFrames(shades, null)])
    await assert.rejects(
      call,
      (error: LanternError) => error.code === 'unsupported' && /no vision tower/.test(error.message),
    );
});
