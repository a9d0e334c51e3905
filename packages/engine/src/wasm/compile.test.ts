import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { advance, f32x4, func, moduleBytes, v128, whileAtLeast } from './assembler/index.ts';
import { compileKernels, MODULE_FUNCTIONS } from './compile.ts';
import { canRunKernels } from './features.ts';
import { canRevectorize } from './self-test.ts';

/** Doubles `count` vectors from `p` on. */
const double = (name: string) =>
  func(name, ['i32', 'i32'], ([p, count]) => [
    whileAtLeast(count, 1, v128.store(p.get, f32x4.add(v128.load(p.get), v128.load(p.get))), advance(p, 16)),
  ]);

const onlyAvx2 = { skip: process.arch !== 'x64' && 'fusing is for AVX2' };

/** Compiles one full module in the given ways and counts the functions that V8, by its own account, tried to fuse. */
function functionsLookedAt(ways: boolean[]): number {
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { func, f32x4, moduleBytes, v128 } from ${here('./assembler/index.ts')};
    import { compileKernels, MODULE_FUNCTIONS } from ${here('./compile.ts')};
    const twice = (p, at) => v128.store(p.get, f32x4.add(v128.load(p.get, at), v128.load(p.get, at)), at);
    const make = (_, i) => func('k' + i, ['i32'], ([p]) => [twice(p, 0), twice(p, 16)]);
    const bytes = moduleBytes({ functions: Array.from({ length: MODULE_FUNCTIONS }, make) });
    // What the loading of these files has set going is over by then.
    setTimeout(() => {
      for (const revectorize of ${JSON.stringify(ways)}) compileKernels(bytes, { revectorize });
    }, 300);`;
  const args = ['--trace-wasm-revectorize', '--input-type=module', '-e', script];
  // Several threads compile and talk at once, so lines mix.
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).match(/Begin revec function/g)?.length ?? 0;
}

describe('compiling kernels', () => {
  test('this engine runs them', () => {
    assert.equal(canRunKernels(), true);
  });

  test('plain and fused kernels compute the same, and each way can be asked for again', () => {
    const bytes = moduleBytes({ functions: [double('run')] });
    for (const revectorize of [false, true, false, true]) {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const module = compileKernels(bytes, { revectorize });
      const run = new WebAssembly.Instance(module, { env: { m0: memory } }).exports.run as (...args: number[]) => void;
      const floats = new Float32Array(memory.buffer, 0, 12).fill(3);
      run(0, 2);
      assert.deepEqual([...floats], [6, 6, 6, 6, 6, 6, 6, 6, 3, 3, 3, 3]);
    }
  });

  test('bytes that are no module are refused, and the next module compiles', () => {
    assert.throws(() => compileKernels(new Uint8Array(64), { revectorize: true }), WebAssembly.CompileError);
    compileKernels(moduleBytes({ functions: [double('next')] }), { revectorize: false });
  });

  test('the fused form of a module is compiled anew after its plain one, all of its functions', onlyAvx2, () => {
    // Were code shared by bytes, V8 would look at none of them again.
    assert.equal(functionsLookedAt([false]), 0);
    assert.equal(functionsLookedAt([false, true]), MODULE_FUNCTIONS);
  });

  test('the self-test gives one answer, at once when asked again', () => {
    const first = canRevectorize();
    const start = performance.now();
    for (let i = 0; i < 100; i++) assert.equal(canRevectorize(), first);
    assert.ok(performance.now() - start < 5, 'it is remembered');
  });
});
