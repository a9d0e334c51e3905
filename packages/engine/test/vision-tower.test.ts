import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import type { MediaSlice } from '../src/media/media.ts';
import type { Backend, VisionRunner } from '../src/model/backend.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { type GoldenVisionRun, goldenCase } from './golden.ts';

const OPTIONS = { contextTokens: 64, maxSequences: 1, maxBatchTokens: 8, maxOutputs: 1 };

/** Runs a tower to its end. */
export function look(vision: VisionRunner, grid: { rows: number; columns: number }, slice: MediaSlice): Float32Array {
  const pieces = vision.see(grid, slice);
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/** The pictures of a run whose bytes the vendor gives. */
function knownPictures({ media }: GoldenVisionRun) {
  return media.flatMap(({ kind, grid: [, rows, columns], resized, embeddings }) => {
    if (kind !== 'image' || !resized) return [];
    return [{ grid: { rows, columns }, slice: { frames: [resized, resized] as const, hash: '' }, embeddings }];
  });
}

async function withTower(name: string, backend: Backend, use: (vision: VisionRunner) => void): Promise<void> {
  const checkpoint = openCheckpoint(goldenCase(name).model);
  const runner = await backend.load(checkpoint.config, checkpoint.weights({ vision: true }), OPTIONS);
  try {
    use(runner.vision!);
  } finally {
    await runner.close();
    checkpoint.close();
  }
}

for (const backend of [referenceBackend])
  describe(`the vision tower, ${backend.name}`, () => {
    for (const name of ['vision-dense'])
      test(`${name}: embeddings are the vendor's`, () =>
        withTower(name, backend, (vision) => {
          let checked = 0;
          for (const run of goldenCase(name).visionRuns)
            for (const { grid, slice, embeddings } of knownPictures(run)) {
              const seen = look(vision, grid, slice);
              assert.equal(seen.length, embeddings.length);
              const worst = seen.reduce((most, x, i) => Math.max(most, Math.abs(x - embeddings[i]!)), 0);
              assert.ok(worst < 1e-4, `${run.name}: ${worst}`);
              checked++;
            }
          assert.ok(checked > 0);
        }));
  });
