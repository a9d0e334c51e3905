import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { parseChatRequest } from '../src/chat/chat-request.ts';
import type { Checkpoint } from '../src/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { Engine } from '../src/engine.ts';
import type { Speculation } from '../src/generate/speculation.ts';
import type { Media } from '../src/media/media.ts';
import type { Backend, VisionRunner } from '../src/model/backend.ts';
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

/** An engine whose tower has seen the run's pictures. */
async function engineFor(
  run: GoldenVisionRun,
  checkpoint: Checkpoint,
  backend: Backend,
  { maxBatchTokens = 16, speculation = null }: { maxBatchTokens?: number; speculation?: Speculation | null } = {},
): Promise<Engine> {
  const sizes = { contextTokens: 256, cacheTokens: 256, maxSequences: 6, maxBatchTokens, maxOutputs: 16 };
  const { config } = checkpoint;
  const weights = checkpoint.weights({ draft: speculation?.method === 'mtp' });
  const runner = await backend.load(config, weights, sizes);
  Object.defineProperty(runner, 'vision', { value: vendorsTower(run) });
  const rest = { cachedPrefixes: 0, sightBytes: 2 ** 20, speculation };
  return new Engine({ ...sizes, ...rest, maxSequences: 2, config, weights, runner, checkpoint });
}

function conversationOf(run: GoldenVisionRun, name: string) {
  const { messages, options } = parseChatRequest(fs.readFileSync(run.messages, 'utf8'), run.messages);
  const { enable_thinking: enableThinking, add_vision_id: addVisionId } = options;
  return {
    messages,
    options: {
      media: mediaOf(run, name),
      ...(enableThinking !== undefined && { enableThinking }),
      ...(addVisionId !== undefined && { addVisionId }),
    },
  };
}

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
  describe(`pictures among text, ${backend.name}`, () => {
    for (const name of ['vision-dense', 'moe-vision-r2'])
      test(name, async () => {
        const golden = goldenCase(name);
        const checkpoint = openCheckpoint(golden.model);
        assert.ok(golden.visionRuns.length >= 4);
        for (const run of golden.visionRuns) {
          await using engine = await engineFor(run, checkpoint, backend);
          const { messages, options } = conversationOf(run, name);
          const prompt = engine.prompt(messages, options);
          assert.deepEqual(prompt.ids, run.ids, run.name);
          assert.deepEqual(promptPositions(prompt.ids.length, prompt.spans).flat(), [...run.positions], run.name);
          compareTop((await engine.score(prompt)).top, run, run.name);
        }
        checkpoint.close();
      });

    test('any cut of a prompt gives the same bits, and drafts change nothing', async () => {
      const name = 'moe-vision-r2';
      const golden = goldenCase(name);
      const checkpoint = openCheckpoint(golden.model);
      for (const run of golden.visionRuns) {
        const { messages, options } = conversationOf(run, name);
        const answers: unknown[] = [];
        for (const variant of [
          { maxBatchTokens: 16 },
          { maxBatchTokens: 3 },
          { speculation: { method: 'mtp', tokens: 2 } },
          { speculation: { method: 'ngram', tokens: 3, min: 1, max: 3 } },
        ] as const) {
          await using engine = await engineFor(run, checkpoint, backend, variant);
          const stream = engine.chat(messages, {
            ...options,
            maxTokens: 24,
            temperature: 0,
            ignoreEnds: true,
            logprobs: 2,
          });
          const tokens: unknown[] = [];
          for await (const event of stream)
            if (event.type === 'token') tokens.push([event.id, event.logprob, event.top]);
          answers.push(tokens);
        }
        for (const answer of answers.slice(1)) assert.deepEqual(answer, answers[0], run.name);
      }
      checkpoint.close();
    });
  });
