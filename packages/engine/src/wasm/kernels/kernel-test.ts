import assert from 'node:assert/strict';
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

/** `count` random rows of `width` numbers. */
export function randomRows(count: number, width: number, seed: number, size = 1): Float32Array[] {
  const random = noise(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: width }, () => random() * size));
}

/** Bytes from row to row: padded to 16 numbers as the buffers of a model are, and by a line more. */
export const strideOf = (width: number): number => (Math.ceil(width / 16) + 1) * 64;

/** Writes rows `stride` bytes apart from byte `at` on. The padding between them is NaN, which must not spread. */
export function placeRows({ floats }: Bench, at: number, stride: number, rows: Float32Array[]): void {
  floats.fill(Number.NaN, at / 4, (at + stride * rows.length) / 4);
  rows.forEach((row, r) => {
    floats.set(row, (at + r * stride) / 4);
  });
}

export function readRows({ floats }: Bench, at: number, stride: number, width: number, count: number): Float32Array[] {
  return Array.from({ length: count }, (_, r) => floats.slice((at + r * stride) / 4, (at + r * stride) / 4 + width));
}

/** Fails unless every row is as near to what is expected as `tolerance` times the row's largest number. */
export function assertNear(got: Float32Array[], expected: Float32Array[], tolerance: number, what: string): void {
  assert.equal(got.length, expected.length);
  got.forEach((row, r) => {
    const far = distance(row, expected[r]!);
    assert.ok(far <= tolerance, `${what}, row ${r}: off by ${far} of its largest number`);
  });
}
