import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fixture } from '../checkpoint/test-support.ts';
import { LanternError } from '../errors.ts';
import { pairTimes, sampleFrames } from './sample-frames.ts';
import { smartResize, smartResizeVideo } from './smart-resize.ts';
import { timestampText } from './timestamp-text.ts';

type Row = (number | 'error')[];
const golden = JSON.parse(readFileSync(fixture('smart-resize/golden.json'), 'utf8')) as {
  images: Row[];
  videos: Row[];
  frame_sampling: { total_frames: number; fps: number; indices: number[]; timestamps: string[] }[];
};

/** The size that is computed, or the code of the error. */
function outcome(compute: () => { height: number; width: number }): unknown[] {
  try {
    const { height, width } = compute();
    return [height, width];
  } catch (error) {
    assert.ok(error instanceof LanternError && error.code === 'bad-input', String(error));
    return ['error'];
  }
}

test('sizes of pictures are the vendor’s', () => {
  assert.ok(golden.images.length > 200);
  for (const [height, width, minPixels, maxPixels, ...expected] of golden.images as number[][])
    assert.deepEqual(
      outcome(() => smartResize(height!, width!, { minPixels: minPixels!, maxPixels: maxPixels! })),
      expected,
      `${width} × ${height} in ${minPixels}..${maxPixels}`,
    );
});

test('sizes of videos are the vendor’s', () => {
  assert.ok(golden.videos.length > 50);
  for (const [frames, height, width, minPixels, maxPixels, ...expected] of golden.videos as number[][])
    assert.deepEqual(
      outcome(() => smartResizeVideo(frames!, height!, width!, { minPixels: minPixels!, maxPixels: maxPixels! })),
      expected,
      `${frames} × ${width} × ${height} in ${minPixels}..${maxPixels}`,
    );
});

test('sampled frames and printed times are the vendor’s', () => {
  assert.ok(golden.frame_sampling.length >= 40);
  for (const { total_frames, fps, indices, timestamps } of golden.frame_sampling) {
    const sampled = sampleFrames(total_frames, fps, { fps: 2, minFrames: 4, maxFrames: 768 });
    assert.deepEqual(sampled, indices, `${total_frames} frames at ${fps} fps`);
    const times = pairTimes(sampled, (index) => index / fps);
    assert.deepEqual(times.map(timestampText), timestamps, `${total_frames} frames at ${fps} fps`);
  }
});

test('sixty seconds at eight frames a second are 480 frames', () => {
  assert.equal(sampleFrames(1800, 30, { fps: 8, minFrames: 4, maxFrames: 768 }).length, 480);
});
