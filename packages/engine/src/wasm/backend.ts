import type { ModelWeights } from '../checkpoint/weights.ts';
import { LanternError } from '../errors.ts';
import { type Backend, type LoadOptions, type Runner, VISION_DEFAULTS } from '../model/backend.ts';
import type { ModelConfig } from '../model/config.ts';
import { recordForward } from '../model/forward.ts';
import { recordVisionTower } from '../model/vision-tower.ts';
import { MAX_ARENA_BYTES } from './arena-planner.ts';
import { compileKernels } from './compile.ts';
import { type CompiledPlan, compilePlan } from './compile-plan.ts';
import { fittingPatches } from './compile-vision.ts';
import { defaultThreads } from './default-threads.ts';
import { canRunKernels } from './features.ts';
import { barrierKernel } from './kernels/barrier.ts';
import type { LaneSetup } from './make-lane.ts';
import { packWeights } from './pack-weights.ts';
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
  // Workers come up while the plan is made, and pack while the kernels are.
  const workers = Array.from({ length: threads - 1 }, () => spawnWorker());
  try {
    const recorded = recordForward(config, weights);
    const tower = config.vision && weights.vision ? recordVisionTower(config.vision, weights.vision) : null;
    const seeing = load.vision ?? VISION_DEFAULTS;
    const compilerOptions = {
      ...load,
      workers: threads,
      exact,
      unsignedDots: unsignedDots && canDotUnsignedBytes(),
      ...(tower && {
        vision: { ...seeing, maxPatches: fittingPatches(config.vision!, tower, seeing.maxPatches) },
      }),
    };
    const plan = compilePlan(recorded, tower, config, compilerOptions, arenaBytes);
    const memories = allocate(plan);
    const start = async (): Promise<LaneSetup> => {
      const revectorized = revectorize && canRevectorize();
      const modules = plan.compiler
        .modules([barrierKernel()])
        .map((bytes) => compileKernels(bytes, { revectorize: revectorized }));
      const control = {
        barrier: 0,
        signals: 2048,
        batch: plan.batchAt,
        batchWords: plan.batchWords,
        claims: plan.claims,
        ahead: plan.ahead,
      };
      const setup = { workers: threads, memories, modules, programs: plan.programs, control };
      await Promise.all(workers.map((worker, i) => worker.ask({ call: 'serve', setup: { ...setup, worker: i + 1 } })));
      return { ...setup, worker: 0 };
    };
    const [, setup] = await Promise.all([packWeights(plan.compiler, memories, workers, load), start()]);
    return new WasmRunner(config, plan, setup, workers, recorded.logits.width);
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
}

/** One shared memory for each arena. Pages cost nothing until they are touched. */
function allocate({ compiler, vision }: CompiledPlan): WebAssembly.Memory[] {
  const bytes = compiler.arenas.reduce((sum, arena) => sum + arena.bytes, 0);
  const states = compiler.recurrents.reduce((sum, layer) => sum + layer.bytes, 0) * (compiler.options.maxSequences - 1);
  const lazy = compiler.caches.length * compiler.cacheBytes + states + (vision?.lazyBytes ?? 0);
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

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
