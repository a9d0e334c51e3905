import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import type { Backend, VisionRunner } from '../src/model/backend.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';
import { type GoldenVisionRun, goldenCase } from './golden.ts';
import { look } from './look.ts';

const OPTIONS = { contextTokens: 64, maxSequences: 1, maxBatchTokens: 8, maxOutputs: 1 };

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

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
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

test('every variant of the kernels gives the same bits, whatever was looked at before', async () => {
  const name = 'vision-dense';
  const pictures = goldenCase(name).visionRuns.flatMap(knownPictures);
  const seen: Float32Array[][] = [];
  for (const options of [{ threads: 1 }, { threads: 3 }, { threads: 2, revectorize: false }])
    await withTower(name, wasmBackend(options), (vision) => {
      const all = pictures.map(({ grid, slice }) => look(vision, grid, slice));
      // What a larger picture left behind must not show in a smaller one, nor what was given up halfway.
      const [{ grid, slice }] = [pictures[0]!];
      const givenUp = vision.see(pictures[1]!.grid, pictures[1]!.slice);
      givenUp.next();
      seen.push([...all, look(vision, grid, slice)]);
      assert.throws(() => givenUp.next(), /another slice was begun/);
    });
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
  assert.deepEqual(seen[0]!.at(-1), seen[0]![0]);
});

test('a slice of many chunks and blocks of keys is what the scalar tower says', async () => {
  // 18 by 16 patches: three chunks, three blocks of keys, the last ones in part.
  const grid = { rows: 18, columns: 16 };
  const frame = Uint8Array.from({ length: 18 * 16 * 768 }, (_, i) => (i * 2654435761) >>> 24);
  const slice = { frames: [frame, frame] as const, hash: '' };
  const [expected, got] = [[] as number[], [] as number[]];
  await withTower('moe-vision-r2', referenceBackend, (vision) => void expected.push(...look(vision, grid, slice)));
  await withTower(
    'moe-vision-r2',
    wasmBackend({ threads: 2 }),
    (vision) => void got.push(...look(vision, grid, slice)),
  );
  const worst = got.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
  assert.ok(worst < 1e-4, `${worst}`);
});
