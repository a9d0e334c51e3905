import { Worker } from 'node:worker_threads';
import {
  f32x4,
  func,
  i16x8,
  i32x4,
  moduleBytes,
  repeatUntil,
  v128,
} from '../../packages/engine/src/wasm/assembler/index.ts';
import { compileKernels } from '../../packages/engine/src/wasm/compile.ts';

/** Rows and 16-byte columns of the tile that is summed in registers, as in the engine's integer kernels. */
const ROWS = 4;
const COLUMNS = 4;
const UNROLL = 4;
const TURNS = 1 << 20;
/** Multiplications and additions of one pass, where a vector holds so many numbers. */
const operations = (lanes: number) => TURNS * UNROLL * ROWS * COLUMNS * lanes * 2;

export type PeakTask = { modules: WebAssembly.Module[]; turns: number; operations: number };

/**
 * Operations a second at which `threads` threads together multiply 8-bit numbers and add the products up, from level-1
 * cache, in the faster of the forms that WebAssembly has: the roof over prefill.
 */
export function measurePeak(threads: number): Promise<number> {
  return measure([pairs, fours], operations(16), threads);
}

/** The same for f32 numbers, multiplied and added in one: the roof over the vision tower. */
export function measureFloatPeak(threads: number): Promise<number> {
  return measure([floats], operations(4), threads);
}

async function measure(forms: Form[], perPass: number, threads: number): Promise<number> {
  const compile = (form: Form) => compileKernels(moduleBytes({ functions: [peakKernel(form)] }), { revectorize: true });
  const modules = forms.map(compile);
  const task: PeakTask = { modules, turns: TURNS, operations: perPass };
  const url = new URL('./peak-worker.ts', import.meta.url);
  const rates = await Promise.all(
    Array.from({ length: threads }, () => {
      const { promise, resolve, reject } = Promise.withResolvers<number[]>();
      const worker = new Worker(url, { workerData: task });
      worker.once('message', resolve);
      worker.once('error', reject);
      return promise;
    }),
  );
  return Math.max(...modules.map((_, form) => rates.reduce((sum, thread) => sum + thread[form]!, 0)));
}

type Vector = ReturnType<typeof v128.load>;
type Form = (sum: Vector, codes: Vector, weights: Vector) => Vector;

/** Two products summed in 16 bits. */
const pairs: Form = (sum, codes, weights) => i16x8.add(sum, i16x8.relaxed_dot_i8x16_i7x16_s(codes, weights));
/** Four in 32 bits, one instruction where the processor has it. */
const fours: Form = (sum, codes, weights) => i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, weights, sum);

const floats: Form = (sum, x, weights) => f32x4.relaxed_madd(x, weights, sum);

/** `peak(at, turns)`: goes through the same cache lines at `at` again and again, and stores the sums behind them. */
function peakKernel(form: Form) {
  return func('peak', ['i32', 'i32'], ([at, turns], { local, locals }) => {
    const turn = local('i32');
    const weights = locals(COLUMNS, 'v128');
    const splat = local('v128');
    const sums = Array.from({ length: ROWS }, () => locals(COLUMNS, 'v128'));
    const step = (k: number) => [
      ...weights.map((weight, v) => weight.set(v128.load(at.get, k * COLUMNS * 16 + v * 16))),
      ...sums.flatMap((row, r) => [
        splat.set(v128.load32_splat(at.get, 1024 + r * 64 + k * 4)),
        ...row.map((sum, v) => sum.set(form(sum.get, splat.get, weights[v]!.get))),
      ]),
    ];
    const body = Array.from({ length: UNROLL }, (_, k) => step(k)).flat();
    const stores = sums.flatMap((row, r) =>
      row.map((sum, v) => v128.store(at.get, sum.get, 2048 + (r * COLUMNS + v) * 16)),
    );
    return [repeatUntil(turn, turns.get, 1, ...body), ...stores];
  });
}
