import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { fixture } from '../../checkpoint/test-support.ts';
import { LanternError } from '../../errors.ts';
import type { ProcessorConfig } from '../../model/vision-config.ts';
import type { Media } from '../media.ts';
import { ProcessError } from './decoder-process.ts';
import { ffmpegDecoder } from './ffmpeg-decoder.ts';
import { packageDecoder } from './package-decoder.ts';
import { readVideo } from './read-video.ts';
import type { VideoDecoder } from './video-decoder.ts';

const processor: ProcessorConfig = {
  image: { minPixels: 4096, maxPixels: 16_777_216 },
  video: { minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 },
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};
const read = (file: string) => readFileSync(fixture(`videos/${file}`));

function hasFfmpeg(): boolean {
  try {
    execFileSync('ffprobe', ['-version'], { stdio: 'ignore' });
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// Every video must leave this folder as empty as it was.
const outerFolder = process.env.TMPDIR;
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lantern-test-'));
  process.env.TMPDIR = folder;
});
after(() => {
  assert.deepEqual(readdirSync(folder), []);
  rmSync(folder, { recursive: true });
  if (outerFolder === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outerFolder;
});

/** Grey of all frames of a medium at a point, given as shares of height and width. */
function greys({ slices, rows, columns }: Media, y: number, x: number): number[] {
  const at = (Math.floor(y * rows * 16) * columns * 16 + Math.floor(x * columns * 16)) * 3;
  return slices.flatMap(({ frames }) => frames.map((frame) => frame[at]!));
}

/** Frame numbers that greys of the left half tell of: 7 of 219 levels each. */
function numbers(levels: number[]): number[] {
  return levels.map((grey) => Math.round((grey * 219) / 255 / 7));
}

const spread = [0, 6, 12, 17, 23, 29];
const decoders: { decoder: VideoDecoder; files: string[]; skip: string | false }[] = [
  {
    decoder: packageDecoder,
    files: ['h264.mp4', 'h264.mkv', 'h265.mp4', 'av1.mp4', 'vp8.webm', 'vp9.webm', 'fragments.mp4'],
    skip: false,
  },
  {
    decoder: ffmpegDecoder,
    files: ['h264.mp4', 'h264.mkv', 'h265.mp4', 'av1.mp4', 'vp8.webm', 'vp9.webm', 'fragments.mp4', 'mpeg4.avi'],
    skip: hasFfmpeg() ? false : 'no ffmpeg here',
  },
];

for (const { decoder, files, skip } of decoders) {
  const options = { decoders: [decoder] };

  test(`${decoder.name}: containers and codecs`, { skip }, async () => {
    for (const file of files) {
      const media = await readVideo(read(file), processor, options);
      assert.deepEqual([media.kind, media.rows, media.columns, media.slices.length], ['video', 4, 4, 3], file);
      assert.deepEqual(numbers(greys(media, 0.5, 0.25)), spread, file);
      assert.ok(
        greys(media, 0.5, 0.75).every((grey) => grey > 248),
        file,
      );
      assert.deepEqual(
        media.timestamps!.map((time) => time.toFixed(6)),
        ['0.300000', '1.450000', '2.600000'],
        file,
      );
      assert.equal(new Set(media.slices.map(({ hash }) => hash)).size, 3, file);
    }
  });

  test(`${decoder.name}: a video that is to be turned, and one whose beginning is hidden`, { skip }, async () => {
    // What was left is down.
    const turned = await readVideo(read('turned.mov'), processor, options);
    assert.deepEqual(numbers(greys(turned, 0.75, 0.5)), spread);
    assert.ok(greys(turned, 0.25, 0.5).every((grey) => grey > 248));

    const cut = await readVideo(read('cut.mp4'), processor, options);
    assert.deepEqual(numbers(greys(cut, 0.5, 0.25)), [6, 14, 21, 29]);
  });

  test(`${decoder.name}: more frames a second`, { skip }, async () => {
    const media = await readVideo(read('h264.mp4'), processor, { ...options, limits: { fps: 8 } });
    assert.equal(media.slices.length, 12);
    assert.equal((await readVideo(read('h264.mp4'), processor, { ...options, limits: { fps: 10 } })).slices.length, 15);
  });

  test(`${decoder.name}: damaged videos`, { skip }, async () => {
    for (const file of files)
      for (const share of [0.3, 0.7]) {
        const bytes = read(file);
        await assert.rejects(
          readVideo(bytes.subarray(0, Math.floor(bytes.length * share)), processor, options),
          (error) => error instanceof LanternError && error.code === 'bad-input' && !error.message.includes(folder),
          `${file} at ${share}`,
        );
      }
    const noise = Uint8Array.from(read('h264.mp4'), (byte, i) => (i > 64 && i % 3 === 0 ? byte ^ 0x5a : byte));
    await assert.rejects(readVideo(noise, processor, options), { name: 'LanternError', code: 'bad-input' });
  });

  test(`${decoder.name}: given up on request, and when it takes too long`, { skip }, async () => {
    const controller = new AbortController();
    const work = readVideo(read('vp9.webm'), processor, { ...options, signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await assert.rejects(work, { name: 'AbortError' });
    await assert.rejects(
      readVideo(read('vp9.webm'), processor, { ...options, decode: { seconds: 0.001 } }),
      /took more than 0.001 seconds/,
    );
  });
}

test('where no decoder is at hand, the error says what was tried', async () => {
  const missing = (name: string): VideoDecoder => ({
    name,
    open: async () => {
      throw new ProcessError(`${name} is not here`, true);
    },
  });
  await assert.rejects(
    readVideo(read('h264.mp4'), processor, { decoders: [missing('one'), missing('two')] }),
    (error: LanternError) => {
      assert.equal(error.code, 'unsupported');
      assert.match(error.message, /video\/mp4, cannot be opened: one: one is not here; two: two is not here/);
      assert.match(error.remedy!, /install ffmpeg.*MP4 with H.264.*pictures/);
      return true;
    },
  );
  const media = await readVideo(read('h264.mp4'), processor, { decoders: [missing('one'), packageDecoder] });
  assert.equal(media.slices.length, 3);
});

test('a codec that the packages lack is said to be unsupported', async () => {
  await assert.rejects(readVideo(read('mpeg4.avi'), processor, { decoders: [packageDecoder] }), {
    name: 'LanternError',
    code: 'unsupported',
  });
});

/** An animation of squares with the given greys. */
async function animation(format: 'gif' | 'webp', levels: number[], delay: number[]): Promise<Uint8Array> {
  const [side, height] = [40, 40 * levels.length];
  const data = Buffer.concat(levels.map((level) => Buffer.alloc(side * side * 3, level)));
  const picture = sharp(data, { raw: { width: side, height, channels: 3, pageHeight: side } });
  return format === 'gif' ? picture.gif({ delay }).toBuffer() : picture.webp({ delay, lossless: true }).toBuffer();
}

test('animated GIF and WebP, each frame at its own time', async () => {
  for (const format of ['gif', 'webp'] as const) {
    const media = await readVideo(
      await animation(format, [10, 60, 120, 180, 240], [100, 900, 500, 500, 1000]),
      processor,
    );
    // Five frames in three seconds would be six; all there are.
    assert.deepEqual(greys(media, 0.5, 0.5), [10, 60, 120, 180, 240, 240], format);
    assert.deepEqual(
      media.timestamps!.map((time) => time.toFixed(3)),
      ['0.050', '1.250', '2.000'],
      format,
    );
    await assert.rejects(
      readVideo(await animation(format, [10, 20, 30], [100, 100, 100]), processor),
      /lasts 0.3 seconds, allowed are 2 to 7200/,
    );
    await assert.rejects(readVideo(await animation(format, [10], [100]), processor), /of one frame/);
  }
});

test('a minute at eight frames a second', async () => {
  const levels = Array.from({ length: 480 }, (_, i) => (i * 7) % 256);
  // GIF counts hundredths: 12 and 13 in turn.
  const delays = levels.map((_, i) => (i % 2 === 0 ? 120 : 130));
  const media = await readVideo(await animation('gif', levels, delays), processor, { limits: { fps: 8 } });
  assert.equal(media.slices.length, 240);
  assert.ok(Math.abs(media.timestamps!.at(-1)! - 59.8) < 0.2, String(media.timestamps!.at(-1)));
});

test('what is no video is refused by name', async () => {
  const png = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#123' } })
    .png()
    .toBuffer();
  for (const [bytes, message] of [
    [new Uint8Array(0), /the video is empty/],
    [png, /the video is a picture, image\/png/],
    [
      Buffer.from('#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:1/a.ts\n'),
      /no known format.*#EXTM3U|no known format, it begins with 23 45/,
    ],
    [Buffer.from('ffconcat version 1.0\nfile /etc/passwd\n'), /no known format/],
  ] as const)
    await assert.rejects(readVideo(bytes, processor), (error: LanternError) => {
      assert.equal(error.code, 'bad-input');
      assert.match(error.message, message);
      return true;
    });
  await assert.rejects(readVideo(read('h264.mp4'), processor, { decode: { bytes: 100 } }), /at most 100 are allowed/);
  await assert.rejects(readVideo(read('h264.mp4'), null), { code: 'unsupported' });
});
