import { type Func, moduleBytes } from '../assembler/index.ts';
import { compileKernels } from '../compile.ts';
import type { Kernels } from '../lane.ts';

/** Support for the tests of kernels: one compiled function over a memory of its own, plain or fused. */
export type Bench = { run: (...args: number[]) => void; buffer: ArrayBufferLike; floats: Float32Array };

export function benchOf(kernel: Func, revectorize: boolean, pages = 16): Bench {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const bytes = moduleBytes({ functions: [{ ...kernel, name: 'run' }] });
  const module = compileKernels(bytes, { revectorize });
  const { run } = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as Kernels;
  return { run: (...args) => void run!(...args), buffer: memory.buffer, floats: new Float32Array(memory.buffer) };
}

/** Repeatable noise, roughly normal with deviation 1. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
}

/** The largest |a − b| relative to the largest |b|. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let top = 1e-30;
  let far = 0;
  for (let i = 0; i < b.length; i++) {
    top = Math.max(top, Math.abs(b[i]!));
    far = Math.max(far, Number.isFinite(a[i]!) ? Math.abs(a[i]! - b[i]!) : Number.POSITIVE_INFINITY);
  }
  return far / top;
}
