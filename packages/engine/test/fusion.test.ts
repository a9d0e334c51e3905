import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { parseChatRequest } from '../src/chat/chat-request.ts';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { Engine } from '../src/engine.ts';
import type { Media } from '../src/media/media.ts';
import type { Runner, VisionRunner } from '../src/model/backend.ts';
import { promptPositions } from '../src/model/positions.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';
import { type GoldenVisionRun, goldenCase } from './golden.ts';

/** As for text: thirty-six times what the vendor's own f32 differs from f64. */
const TOLERANCE = 2e-3;
const TIMESTAMPS: Record<string, number[]> = {
  'vision-dense': [0.25, 1.25, 2.25, 3],
  'moe-vision-r2': [0.25, 1.25, 2],
};

/** Media that stand for the run's, without pixels: a slice is known by its place. */
function mediaOf(run: GoldenVisionRun, name: string): Media[] {
  return run.media.map(({ kind, grid: [frames, rows, columns] }, i) => ({
    kind,
    rows,
    columns,
    slices: Array.from({ length: frames }, (_, slice) => ({
      frames: [new Uint8Array(), new Uint8Array()],
      hash: `${i}.${slice}`,
    })),
    timestamps: kind === 'video' ? TIMESTAMPS[name]! : null,
  }));
}

/** A tower that has seen the run's pictures as the vendor's has. */
function vendorsTower({ media }: GoldenVisionRun): VisionRunner {
  return {
    maxPatches: 4096,
    *see(_shape, { hash }) {
      yield;
      const [i, slice] = hash.split('.').map(Number) as [number, number];
      const { grid, embeddings } = media[i]!;
      const size = embeddings.length / grid[0];
      return embeddings.slice(slice * size, (slice + 1) * size);
    },
  };
}

function compareTop(
  top: [id: number, logprob: number][][],
  { topIds, topLogprobs }: GoldenVisionRun,
  where: string,
): void {
  assert.equal(top.length * 10, topIds.length, where);
  for (const [t, row] of top.entries()) {
    const own = new Map(row);
    for (let i = 0; i < 10; i++) {
      const found = own.get(topIds[10 * t + i]!);
      // The tenth place may be a tie with the eleventh.
      if (found === undefined && i >= 8) continue;
      assert.ok(Math.abs(found! - topLogprobs[10 * t + i]!) < TOLERANCE, `${where}, row ${t}: ${found}`);
    }
  }
}

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
  describe(`pictures among text, ${backend.name}`, () => {
    for (const name of ['vision-dense', 'moe-vision-r2'])
      test(name, async () => {
        const golden = goldenCase(name);
        const checkpoint = openCheckpoint(golden.model);
        const weights = checkpoint.weights();
        const sizes = { contextTokens: 256, maxSequences: 3, maxBatchTokens: 16, maxOutputs: 16 };
        assert.ok(golden.visionRuns.length >= 4);
        for (const run of golden.visionRuns) {
          const runner = await backend.load(checkpoint.config, weights, sizes);
          const engine = new Engine({
            ...sizes,
            cacheTokens: 256,
            config: checkpoint.config,
            weights,
            runner: withTower(runner, vendorsTower(run)),
            checkpoint,
            cachedPrefixes: 0,
            sightBytes: 2 ** 20,
            speculation: null,
          });
          const { messages, options } = parseChatRequest(fs.readFileSync(run.messages, 'utf8'), run.messages);
          const prompt = engine.prompt(messages, {
            media: mediaOf(run, name),
            ...(options.enable_thinking !== undefined && { enableThinking: options.enable_thinking }),
            ...(options.add_vision_id !== undefined && { addVisionId: options.add_vision_id }),
            end: options.add_generation_prompt ? 'answer' : 'whole',
          });
          assert.deepEqual(prompt.ids, run.ids, run.name);
          assert.deepEqual(promptPositions(prompt.ids.length, prompt.spans).flat(), [...run.positions], run.name);
          const scores = await engine.score(prompt);
          compareTop(scores.top, run, run.name);
          await engine.close();
        }
        checkpoint.close();
      });
  });

function withTower(runner: Runner, vision: VisionRunner): Runner {
  return Object.defineProperty(runner, 'vision', { value: vision });
}
