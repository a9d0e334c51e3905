import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import type { ProcessorConfig } from '../model/vision-config.ts';
import { openFolder } from './node-files.ts';
import { processorConfig, processorConfigOf } from './processor-config.ts';
import { fixture, memoryFolder } from './test-support.ts';

const usual: ProcessorConfig = {
  image: { minPixels: 65_536, maxPixels: 16_777_216 },
  video: { minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 },
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/** What a folder with these files says. */
function read(image: object | null, video: object | null = null): ProcessorConfig {
  return processorConfig(
    memoryFolder({
      ...(image && { 'preprocessor_config.json': JSON.stringify(image) }),
      ...(video && { 'video_preprocessor_config.json': JSON.stringify(video) }),
    }),
  );
}

const refuses = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof LanternError && message.test(error.message));

test('without files, or where they say nothing, the vendor’s values count', () => {
  assert.deepEqual(read(null), usual);
  assert.deepEqual(read({}, {}), usual);
  assert.deepEqual(read({ size: null, min_pixels: null, image_mean: null }, { fps: null }), usual);
  assert.deepEqual(
    processorConfigOf('x', () => undefined),
    usual,
  );
});

test('a checkpoint’s own files count, each for its kind', () => {
  assert.deepEqual(processorConfig(openFolder(fixture('vision-dense'))), {
    ...usual,
    image: { minPixels: 4096, maxPixels: 16_777_216 },
  });
  const image = { size: { shortest_edge: 1024, longest_edge: 2048 }, image_mean: [0, 0.25, 1], image_std: [1, 2, 3] };
  const video = { size: { shortest_edge: 8, longest_edge: 16 }, fps: 0.5, min_frames: 2, max_frames: 10 };
  assert.deepEqual(read(image, video), {
    image: { minPixels: 1024, maxPixels: 2048 },
    video: { minPixels: 8, maxPixels: 16, fps: 0.5, minFrames: 2, maxFrames: 10 },
    mean: [0, 0.25, 1],
    std: [1, 2, 3],
  });
  assert.deepEqual(read({ size: { longest_edge: 99_999 } }).image, { minPixels: 65_536, maxPixels: 99_999 });
  assert.deepEqual(read(null, video).image, usual.image);
});

test('older names count, also over the newer ones in the same file', () => {
  assert.deepEqual(read({ min_pixels: 3136, max_pixels: 12_845_056 }).image, {
    minPixels: 3136,
    maxPixels: 12_845_056,
  });
  const both = { size: { shortest_edge: 1024, longest_edge: 2048 }, max_pixels: 4096 };
  assert.deepEqual(read(both).image, { minPixels: 1024, maxPixels: 4096 });
  assert.deepEqual(read(null, { min_pixels: 5, max_pixels: 6 }).video, { ...usual.video, minPixels: 5, maxPixels: 6 });
});

test('a value that cannot be is refused by file and field', () => {
  refuses(() => read({ size: { shortest_edge: 0 } }), /memory\/preprocessor_config.json: shortest_edge is 0, a number/);
  refuses(() => read({ max_pixels: 'many' }), /preprocessor_config.json: max_pixels is "many"/);
  refuses(() => read({ image_mean: [0.5, 0.5] }), /image_mean is \[0.5,0.5\], a list of three numbers/);
  refuses(() => read({ image_std: 0.5 }), /image_std is 0.5, a list of three numbers/);
  refuses(() => read({ image_std: [0.5, 0, 0.5] }), /image_std is \[0.5,0,0.5\], a list of three numbers above 0/);
  refuses(() => read(null, { fps: -1 }), /video_preprocessor_config.json: fps is -1/);
  refuses(() => read(null, { max_frames: 2.5 }), /max_frames is 2.5, a whole number/);
});
