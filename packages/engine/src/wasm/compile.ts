import { customSection } from './assembler/index.ts';

/** Functions of one module that can be sent straight to the optimising compiler: the bits of V8's mask. */
export const MODULE_FUNCTIONS = 31;

/**
 * Compiles kernels straight to optimised code. Baseline code is about 100 times slower and gives way only between
 * calls, and with `revectorize` V8 fuses pairs of 128-bit operations where the kernels are written for it. Both are flags
 * of the process that hold while this runs and are put back afterwards; engines that are not V8, and browsers, where no
 * flag can be set, compile as they like.
 *
 * Give it no more than `MODULE_FUNCTIONS` functions a module: later ones start in baseline code and get warm unfused.
 */
export function compileKernels(
  bytes: Uint8Array<ArrayBuffer>,
  { revectorize }: { revectorize: boolean },
): WebAssembly.Module {
  const v8 = globalThis.process?.getBuiltinModule?.('node:v8');
  if (!v8) return new WebAssembly.Module(bytes);
  // V8 shares code between modules of equal bytes whatever flags changed in between, so each way gets bytes of its own.
  const variant = customSection(`variant ${revectorize ? 'fused' : 'plain'}`);
  const distinct = new Uint8Array(bytes.length + variant.length);
  distinct.set(bytes);
  distinct.set(variant, bytes.length);
  // A mask of functions rather than --no-liftoff: background threads read that flag while they optimise other modules.
  v8.setFlagsFromString('--wasm-tier-mask-for-testing=2147483647');
  v8.setFlagsFromString('--no-wasm-lazy-compilation');
  v8.setFlagsFromString(revectorize ? '--experimental-wasm-revectorize' : '--no-experimental-wasm-revectorize');
  try {
    return new WebAssembly.Module(distinct);
  } finally {
    v8.setFlagsFromString('--wasm-tier-mask-for-testing=0');
    v8.setFlagsFromString('--wasm-lazy-compilation');
    v8.setFlagsFromString('--no-experimental-wasm-revectorize');
  }
}
