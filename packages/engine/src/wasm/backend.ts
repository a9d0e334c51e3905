import type { ModelWeights } from '../checkpoint/weights.ts';
import { LanternError } from '../errors.ts';
import type { Backend, LoadOptions, Runner } from '../model/backend.ts';
import type { ModelConfig } from '../model/config.ts';
import { recordForward } from '../model/forward.ts';
import { MAX_ARENA_BYTES } from './arena-planner.ts';
import { compileKernels } from './compile.ts';
import { type CompiledPlan, compilePlan } from './compile-plan.ts';
import { defaultThreads } from './default-threads.ts';
import { canRunKernels } from './features.ts';
import { barrierKernel } from './kernels/barrier.ts';
import type { LaneSetup } from './make-lane.ts';
import { packMatrix } from './panels/pack.ts';
import { WasmRunner } from './runner.ts';
import { canDotUnsignedBytes, canRevectorize } from './self-test.ts';
import { spawnWorker } from './spawn-worker.ts';

export type WasmOptions = {
  /** Threads that compute, the calling one included. Default: what the machine offers, at most 8. */
  threads?: number;
  /**
   * Never round activations to 8 bits, nor keys and values to 16, as is done where the weights are of GGUF's block
   * formats. Default false.
   */
  exact?: boolean;
  /** Let V8 fuse pairs of 128-bit operations into 256-bit ones, where it can and a self-test agrees. Default true. */
  revectorize?: boolean;
  /** Let dot products of bytes take 0..255 on one side. Default: where a self-test finds that the machine does so. */
  unsignedDots?: boolean;
  /** Most bytes of one arena. Only tests have a reason to change it. */
  arenaBytes?: number;
};

/** WebAssembly SIMD kernels made at load time for the shapes and formats at hand, on several threads. */
export function wasmBackend(options: WasmOptions = {}): Backend {
  return { name: 'wasm', load: (config, weights, load) => loadWasm(config, weights, load, options) };
}

async function loadWasm(
  config: ModelConfig,
  weights: ModelWeights,
  load: LoadOptions,
  {
    threads = defaultThreads(),
    exact = false,
    revectorize = true,
    unsignedDots = true,
    arenaBytes = MAX_ARENA_BYTES,
  }: WasmOptions,
): Promise<Runner> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 256)
    throw new LanternError('bad-input', `threads is ${threads}; it must be a whole number from 1 to 256`);
  if (!canRunKernels())
    throw new LanternError(
      'unsupported',
      'this JavaScript engine lacks relaxed SIMD or shared memory in WebAssembly',
      'use Node 24 or newer, a current Chromium or Firefox with cross-origin isolation, or the reference backend',
    );
  const recorded = recordForward(config, weights);
  const compilerOptions = { ...load, workers: threads, exact, unsignedDots: unsignedDots && canDotUnsignedBytes() };
  const plan = compilePlan(recorded, config, compilerOptions, arenaBytes);
  const memories = allocate(plan);
  const revectorized = revectorize && canRevectorize();
  const modules = plan.compiler
    .modules([barrierKernel()])
    .map((bytes) => compileKernels(bytes, { revectorize: revectorized }));
  const control = { barrier: 0, claims: 1024, signals: 2048, batch: plan.batchAt, batchWords: plan.batchWords };
  const setup = { workers: threads, memories, modules, programs: plan.programs, control };
  const workers = Array.from({ length: threads - 1 }, () => spawnWorker());
  const started = Promise.all(
    workers.map((worker, i) => worker.start({ ...setup, worker: i + 1 } satisfies LaneSetup)),
  );
  try {
    // Workers come up while weights stream in.
    await Promise.all([started, pack(plan, memories, load)]);
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
  return new WasmRunner(config, plan, { ...setup, worker: 0 }, workers, recorded.logits.width);
}

/** One shared memory for each arena. Pages cost nothing until they are touched. */
function allocate({ compiler }: CompiledPlan): WebAssembly.Memory[] {
  const bytes = compiler.arenas.reduce((sum, arena) => sum + arena.bytes, 0);
  const states = compiler.recurrents.reduce((sum, layer) => sum + layer.bytes, 0) * (compiler.options.maxSequences - 1);
  const lazy = compiler.caches.length * compiler.cacheBytes + states;
  const available = globalThis.process?.availableMemory?.() ?? Number.POSITIVE_INFINITY;
  const tooLittle = (needed: number) =>
    new LanternError(
      'out-of-memory',
      `the model needs ${gib(needed)} GiB of memory and ${gib(available)} GiB are free`,
      'use a smaller checkpoint, a smaller context or fewer sequences',
    );
  if (bytes - lazy > available) throw tooLittle(bytes - lazy);
  try {
    return compiler.arenas.map(({ pages }) => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
  } catch {
    throw tooLittle(bytes);
  }
}

/** Streams every matrix into its place, letting the event loop breathe now and then. */
async function pack({ compiler }: CompiledPlan, memories: WebAssembly.Memory[], load: LoadOptions): Promise<void> {
  for (const { arena, at, values } of compiler.vectors)
    new Float32Array(memories[arena]!.buffer, at, values.length).set(values);
  const total = compiler.placements.reduce((sum, { matrix }) => sum + matrix.storedBytes, 0);
  let done = 0;
  let rested = performance.now();
  for (const { matrix, format, arena, at } of compiler.placements) {
    for (const rows of packMatrix(matrix, format, memories[arena]!.buffer, at)) {
      if (performance.now() - rested < 30) continue;
      load.onProgress?.(done + (matrix.storedBytes * rows) / matrix.rows, total);
      await new Promise((resume) => setTimeout(resume));
      load.signal?.throwIfAborted();
      rested = performance.now();
    }
    done += matrix.storedBytes;
  }
  load.onProgress?.(total, total);
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
