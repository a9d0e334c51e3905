import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { FIXTURES, goldenTensors } from '../../test/golden.ts';
import type { ProcessorConfig } from '../model/vision-config.ts';
import { readFrames, readPicture } from './decode/read-picture.ts';
import type { Media } from './media.ts';
import { timestampText } from './timestamp-text.ts';

const MEAN = [0.5, 0.5, 0.5] as const;

function processor(image: ProcessorConfig['image']): ProcessorConfig {
  const video = { minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 };
  return { image, video, mean: MEAN, std: MEAN };
}

type Pixels = { mean: number; std: number; min: number; max: number };
type StoredMedia = {
  kind: 'image' | 'video';
  grid_thw: number[];
  frames?: number[];
  pixels: Pixels;
  resized_u8?: string;
};
type Content = { type: string; image?: string; video?: string[]; fps?: number };

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** How many bytes differ, and that none does by more than one. */
function differing(ours: Uint8Array, theirs: Uint8Array, what: string): number {
  assert.equal(ours.length, theirs.length, what);
  const off = theirs.map((value, i) => Math.abs(value - ours[i]!));
  assert.ok(
    off.every((distance) => distance <= 1),
    `${what} differs by more than one`,
  );
  return off.filter((distance) => distance > 0).length;
}

/** Grid of a medium in patches, and over its normalised values what the fixtures say of them. */
function described({ slices, rows, columns }: Media): { grid_thw: number[]; pixels: Pixels } {
  let [count, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (const frame of slices.flatMap(({ frames }) => frames))
    for (const byte of frame) {
      const value = (byte / 255 - 0.5) / 0.5;
      count++;
      sum += value;
      squares += value * value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  const mean = sum / count;
  return {
    grid_thw: [slices.length, rows, columns],
    pixels: { mean, std: Math.sqrt((squares - count * mean ** 2) / (count - 1)), min, max },
  };
}

function checkDescription(media: Media, stored: StoredMedia, what: string): void {
  const { grid_thw, pixels } = described(media);
  assert.equal(media.kind, stored.kind);
  assert.deepEqual(grid_thw, stored.grid_thw, what);
  // The fixtures print six decimals.
  for (const name of ['mean', 'std', 'min', 'max'] as const)
    assert.ok(Math.abs(pixels[name] - stored.pixels[name]) < 2e-6, `${what}: ${name} ${pixels[name]}`);
}

test('pictures of several modes are byte for byte what the vendor’s processor makes of them', async () => {
  const tensor = goldenTensors('preprocess');
  const golden = readJson<{
    min_pixels: number;
    max_pixels: number;
    images: { file: string; mode: string; grid_thw: number[]; resized_u8: string }[];
  }>(`${FIXTURES}preprocess/golden.json`);
  const config = processor({ minPixels: golden.min_pixels, maxPixels: golden.max_pixels });
  let differ = 0;
  for (const { file, mode, grid_thw, resized_u8 } of golden.images) {
    const media = await readPicture(readFileSync(`${FIXTURES}preprocess/${file}`), config);
    assert.deepEqual([media.slices.length, media.rows, media.columns], grid_thw, file);
    differ += differing(media.slices[0]!.frames[0], new Uint8Array(tensor(resized_u8)), `${file} (${mode})`);
  }
  assert.equal(golden.images.length, 10);
  assert.equal(differ, 0);
});

for (const name of ['vision-dense', 'moe-vision-r2'])
  test(`${name}: pictures and frame lists of its prompts are byte for byte the vendor’s`, async () => {
    const tensor = goldenTensors(name);
    const sizes = readJson<{ size: { shortest_edge: number; longest_edge: number } }>(
      `${FIXTURES}${name}/preprocessor_config.json`,
    ).size;
    const config = processor({ minPixels: sizes.shortest_edge, maxPixels: sizes.longest_edge });
    const { runs } = readJson<{ runs: { messages?: string; expanded_text?: string; media?: StoredMedia[] }[] }>(
      `${FIXTURES}${name}/golden.json`,
    );
    let seen = 0;
    for (const { messages: file, media: stored, expanded_text } of runs) {
      if (!file) continue;
      const path = join(FIXTURES, name, file);
      const read = (picture: string) => readFileSync(join(dirname(path), picture));
      const { messages } = readJson<{ messages: { content: Content[] | string }[] }>(path);
      const parts = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
      const media = await Promise.all(
        parts
          .filter(({ type }) => type !== 'text')
          .map(({ image, video, fps }) =>
            image ? readPicture(read(image), config) : readFrames(video!.map(read), config, { fps }),
          ),
      );
      assert.equal(media.length, stored!.length);
      for (const [i, item] of media.entries()) {
        const what: string = `${file} ${i}`;
        checkDescription(item, stored![i]!, what);
        const { resized_u8 } = stored![i]!;
        if (resized_u8)
          assert.equal(differing(item.slices[0]!.frames[0], new Uint8Array(tensor(resized_u8)), what), 0, what);
        if (item.timestamps)
          assert.deepEqual(
            item.timestamps.map((seconds) => `<${timestampText(seconds)} seconds>`),
            expanded_text!.match(/<[\d.]+ seconds>/g),
          );
        seen++;
      }
    }
    assert.ok(seen >= 6, String(seen));
  });
