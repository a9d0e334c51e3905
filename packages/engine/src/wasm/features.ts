import { f32x4, func, moduleBytes, v128 } from './assembler/index.ts';

/** Whether this engine of WebAssembly knows the relaxed SIMD instructions and shared memory that the kernels use. */
export function canRunKernels(): boolean {
  const probe = func('probe', ['i32'], ([p]) => [
    v128.store(p.get, f32x4.relaxed_madd(v128.load(p.get), v128.load(p.get, 16), v128.load(p.get, 32))),
  ]);
  return WebAssembly.validate(moduleBytes({ functions: [probe] }));
}
