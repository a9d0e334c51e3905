import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { shareLayouts } from '../checkpoint/matrix-layout.ts';
import { openCheckpoint } from '../checkpoint/open-checkpoint.ts';
import { randomWeights } from '../checkpoint/random-weights.ts';
import { scaleShape, shapeConfig } from '../checkpoint/shapes.ts';
import { fixture } from '../checkpoint/test-support.ts';
import type { ModelWeights } from '../checkpoint/weights.ts';
import { writeRandomGguf } from '../checkpoint/write-gguf.ts';
import { LanternError } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import { recordForward } from '../model/forward.ts';
import { compilePlan } from './compile-plan.ts';
import type { Compiler } from './compiler.ts';
import { cutIntoPieces, type PackJob, packCounters, runPackJob } from './pack-job.ts';
import { packWeights } from './pack-weights.ts';
import { compilePackKernels } from './panel-packer.ts';
import { spawnWorker, type WorkerHandle } from './spawn-worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'lantern-test-'));
after(() => rmSync(folder, { recursive: true }));

/** A model of a few pieces: its embedding alone takes eight. */
const config = scaleShape(shapeConfig('0.8b'), { layers: 4, vocabSize: 32_768, hiddenSize: 256, mlpSize: 512 });
const file = join(folder, 'model.gguf');
writeRandomGguf(file, config, 'q8_0', 1);

const WORKERS = 5;
const options = {
  contextTokens: 64,
  maxSequences: 1,
  maxBatchTokens: 8,
  maxOutputs: 1,
  workers: WORKERS,
  exact: false,
  unsignedDots: false,
};
const compilerOf = (model: ModelConfig, weights: ModelWeights): Compiler =>
  compilePlan(recordForward(model, weights), null, model, options).compiler;
const memoriesOf = ({ arenas }: Compiler): WebAssembly.Memory[] =>
  arenas.map(({ pages }) => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));

/** What the arenas hold, apart from the rows that each thread happened to read last. */
function contents({ stagings }: Compiler, memories: WebAssembly.Memory[]): string[] {
  return memories.map(({ buffer }, i) => {
    const bytes = new Uint8Array(buffer);
    const { at, stride } = stagings[i]!;
    bytes.fill(0, at, at + stride * WORKERS);
    return Buffer.from(buffer).toString('latin1');
  });
}

/** The job of a worker that packs all there is, as it arrives in its thread. */
function jobOf(compiler: Compiler, memories: WebAssembly.Memory[]): PackJob {
  const layouts = shareLayouts(compiler.placements.map(({ matrix }) => matrix.layout));
  assert.ok(layouts);
  return {
    ...structuredClone({ layouts, pieces: cutIntoPieces(compiler.placements) }),
    counters: packCounters(),
    room: {
      memories,
      stagings: compiler.stagings,
      module: compilePackKernels(compiler.placements),
    },
    worker: 1,
  };
}

async function withWorkers(count: number, run: (workers: WorkerHandle[]) => Promise<void>): Promise<void> {
  const workers = Array.from({ length: count }, spawnWorker);
  try {
    await run(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function packed(checkpoint: Checkpoint, threads: number): Promise<string[]> {
  const compiler = compilerOf(checkpoint.config, checkpoint.weights());
  const memories = memoriesOf(compiler);
  await withWorkers(threads - 1, (workers) => packWeights(compiler, memories, workers, {}));
  return contents(compiler, memories);
}

for (const name of ['gguf-moe-q8_0', 'gguf-r4-k', 'dense-text-r4', 'fp8-moe', 'gptq-dense', 'moe-split-r2'])
  test(`another thread reads what this one would: ${name}`, async () => {
    const checkpoint = openCheckpoint(fixture(name));
    const compiler = compilerOf(checkpoint.config, checkpoint.weights());
    const memories = memoriesOf(compiler);
    for (const { arena, at, values } of compiler.vectors)
      new Float32Array(memories[arena]!.buffer, at, values.length).set(values);
    runPackJob(jobOf(compiler, memories));
    assert.ok(
      (await packed(checkpoint, 1)).every((arena, i) => arena === contents(compiler, memories)[i]),
      'the arenas differ',
    );
    checkpoint.close();
  });

test('the arenas are the same whatever the number of threads', async () => {
  const checkpoint = openCheckpoint(file);
  const alone = await packed(checkpoint, 1);
  assert.ok(alone[0]!.length > 1e7 && /[^\0]{100}/.test(alone[0]!));
  for (const threads of [2, 5]) assert.deepEqual(await packed(checkpoint, threads), alone, `${threads} threads`);
  checkpoint.close();
});

test('what only this thread can read it packs alone', async () => {
  const compiler = compilerOf(config, randomWeights(config, 'q8_0', 1));
  assert.equal(shareLayouts(compiler.placements.map(({ matrix }) => matrix.layout)), null);
  const memories = memoriesOf(compiler);
  const refuse = { ask: () => Promise.reject(new Error('a worker was asked')), terminate: async () => {} };
  await packWeights(compiler, memories, [refuse], {});
  assert.deepEqual(contents(compiler, memories), await packed(openCheckpoint(file), 1));
});

test('a file that ends too soon is the same error from every thread', async () => {
  const path = join(folder, 'cut.gguf');
  copyFileSync(file, path);
  const checkpoint = openCheckpoint(path);
  const compiler = compilerOf(checkpoint.config, checkpoint.weights());
  truncateSync(path, 1_000_000);
  const isTruncated = (error: unknown) =>
    error instanceof LanternError &&
    error.code === 'bad-checkpoint' &&
    /cut\.gguf: the file ends at \d{8} bytes, but \d+ bytes are wanted from/.test(error.message) &&
    error.remedy === 'It is truncated; fetch it again.';
  await withWorkers(1, async ([worker]) => {
    const job = jobOf(compiler, memoriesOf(compiler));
    await assert.rejects(worker!.ask({ call: 'pack', job }), isTruncated);
    await assert.rejects(packWeights(compiler, memoriesOf(compiler), [], {}), isTruncated);
    await assert.rejects(packWeights(compiler, memoriesOf(compiler), [worker!], {}), isTruncated);
    const failed = Promise.reject(new LanternError('bad-checkpoint', 'a worker found it'));
    const failing = { ask: () => failed, terminate: async () => {} };
    const whole = openCheckpoint(file);
    const other = compilerOf(whole.config, whole.weights());
    await assert.rejects(packWeights(other, memoriesOf(other), [failing], {}), /a worker found it/);
    whole.close();
  });
  checkpoint.close();
});

test('packing tells how far it is, and stops when it is aborted', async () => {
  const checkpoint = openCheckpoint(file);
  const compiler = compilerOf(checkpoint.config, checkpoint.weights());
  const bytes = compiler.placements.reduce((total, { matrix }) => total + matrix.storedBytes, 0);
  const seen: [number, number][] = [];
  await packWeights(compiler, memoriesOf(compiler), [], { onProgress: (...progress) => seen.push(progress) });
  assert.deepEqual(seen.at(-1), [bytes, bytes]);
  assert.ok(seen.every(([done], i) => done <= bytes && done >= (seen[i - 1]?.[0] ?? 0)));

  // A worker that never ends: the abort does not wait for it.
  const counters: Int32Array[] = [];
  const slow: WorkerHandle = {
    ask(call) {
      if (call.call === 'pack') counters.push(call.job.counters);
      return new Promise(() => {});
    },
    terminate: async () => {},
  };
  const aborted = new AbortController();
  const packing = packWeights(compiler, memoriesOf(compiler), [slow], { signal: aborted.signal });
  aborted.abort(new LanternError('closed', 'enough'));
  await assert.rejects(packing, /enough/);
  assert.equal(counters[0]![2], 1, 'the workers are told to stop');
  checkpoint.close();
});
