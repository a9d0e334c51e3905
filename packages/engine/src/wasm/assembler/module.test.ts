import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantiate } from './assembler-test.ts';
import {
  advance,
  block,
  br,
  br_if,
  customSection,
  drop,
  f32,
  f32x4,
  func,
  i32,
  if_,
  loop,
  moduleBytes,
  notify,
  repeat,
  repeatUntil,
  v128,
  wait32,
  whileAtLeast,
} from './index.ts';

/** What a function of up to three numbers leaves in the first word of memory. */
function resultOf(run: ReturnType<typeof func>, ...args: number[]): number {
  const { exports, view } = instantiate([run]);
  exports.run!(...args);
  return view.getInt32(0, true);
}

const zero = i32.const(0);
const count = i32.store(zero, i32.add(i32.load(zero), i32.const(1)));

describe('control', () => {
  test('if takes one branch', () => {
    const run = func('run', ['i32'], ([n]) => [
      if_(n.get, [i32.store(zero, i32.const(1))], [i32.store(zero, i32.const(2))]),
      if_(i32.eq(n.get, i32.const(5)), [i32.store(zero, i32.const(3))]),
    ]);
    assert.deepEqual(
      [0, 1, 5].map((n) => resultOf(run, n)),
      [2, 1, 3],
    );
  });

  test('branches leave blocks and go round loops by depth', () => {
    // Adds n + (n − 1) + … and stops before the sum would pass 100.
    const run = func('run', ['i32'], ([n], { local }) => {
      const sum = local('i32');
      return [
        block(
          loop(
            br_if(1, i32.eqz(n.get)),
            br_if(1, i32.gt_u(i32.add(sum.get, n.get), i32.const(100))),
            sum.set(i32.add(sum.get, n.get)),
            advance(n, -1),
            br(0),
          ),
        ),
        i32.store(zero, sum.get),
      ];
    });
    assert.deepEqual(
      [0, 1, 4, 40].map((n) => resultOf(run, n)),
      [0, 1, 10, 79],
    );
  });

  test('whileAtLeast runs whole steps only, for unsigned numbers', () => {
    const run = (step: number) => func('run', ['i32'], ([n]) => [whileAtLeast(n, step, count)]);
    assert.deepEqual(
      [0, 1, 3, 4, 7, 8].map((n) => resultOf(run(4), n)),
      [0, 0, 0, 1, 1, 2],
    );
    assert.equal(resultOf(run(0x40000000), 0xc0000000), 3);
  });

  test('repeat runs a known number of times, none included', () => {
    const run = (times: number) => func('run', [], (_, { local }) => repeat(local('i32'), times, count));
    assert.deepEqual(
      [0, 1, 2, 17].map((times) => resultOf(run(times))),
      [0, 1, 2, 17],
    );
  });

  test('repeatUntil passes the middle of the address range', () => {
    const run = func('run', ['i32', 'i32'], ([p, end]) => [repeatUntil(p, end.get, 64, count)]);
    assert.equal(resultOf(run, 0x80000000 - 128, 0x80000000 + 64), 3);
    assert.equal(resultOf(run, 0, 64), 1);
  });
});

describe('functions', () => {
  test('tee sets and leaves the value; drop forgets one', () => {
    const run = func('run', ['i32'], ([n], { local }) => {
      const copy = local('i32');
      return [drop(copy.tee(i32.mul(n.get, n.get))), i32.store(zero, i32.add(copy.get, n.get))];
    });
    assert.equal(resultOf(run, 6), 42);
  });

  test('parameters and locals of all types keep apart, beyond 128 of them', () => {
    const run = func('run', ['i32', 'f32'], ([at, x], { locals }) => {
      const [vectors, numbers] = [locals(150, 'v128'), locals(150, 'i32')];
      return [
        ...vectors.map((v, i) => v.set(f32x4.all(i))),
        ...numbers.map((n, i) => n.set(i32.const(i * 3))),
        v128.store(at.get, f32x4.add(f32x4.splat(x.get), vectors[149]!.get)),
        i32.store(at.get, numbers[140]!.get, 16),
      ];
    });
    const { exports, view } = instantiate([run]);
    exports.run!(32, 0.5);
    assert.deepEqual([view.getFloat32(44, true), view.getInt32(48, true)], [149.5, 420]);
  });

  test('a hoisted constant takes one local however often it is used', () => {
    const run = func('run', [], (_, { hoist }) => {
      const sum = f32x4.add(hoist(f32x4.all(1.5)), f32x4.add(hoist(f32x4.all(1.5)), hoist(f32x4.all(2))));
      return [v128.store(zero, sum)];
    });
    assert.deepEqual(run.locals, ['v128', 'v128']);
    const { exports, view } = instantiate([run]);
    exports.run!();
    assert.equal(view.getFloat32(12, true), 5);
  });

  test('operands of another type are refused by TypeScript', () => {
    func('never run', ['i32', 'f32'], ([n, x], { local }) => [
      // @ts-expect-error: a float in an integer sum
      n.set(i32.add(n.get, x.get)),
      // @ts-expect-error: an integer in a vector sum
      local('v128').set(f32x4.add(v128.load(n.get), n.get)),
      // @ts-expect-error: a float address
      v128.store(x.get, v128.load(n.get)),
      // @ts-expect-error: a vector into a float
      x.set(v128.load(n.get)),
      // @ts-expect-error: a statement as an operand
      x.set(f32.sqrt(n.set(n.get))),
      // @ts-expect-error: a vector as a condition
      br_if(0, v128.load(n.get)),
    ]);
  });
});

describe('modules', () => {
  test('export each function under its name, and are valid', () => {
    const names = Array.from({ length: 200 }, (_, i) => `kernel ${i} {"ü":${i}}`);
    const functions = names.map((name, i) => func(name, ['i32'], ([at]) => [i32.store(at.get, i32.const(i))]));
    for (const shared of [true, false]) assert.ok(WebAssembly.validate(moduleBytes({ functions, shared })));
    const { exports, view } = instantiate(functions);
    assert.deepEqual(Object.keys(exports), names);
    names.forEach((name, i) => {
      exports[name]!(8);
      assert.equal(view.getInt32(8, true), i);
    });
  });

  test('take a memory that is not shared where they are told so', () => {
    const run = func('run', [], () => [i32.store(zero, i32.const(9))]);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
    const module = new WebAssembly.Module(moduleBytes({ functions: [run], shared: false }));
    (new WebAssembly.Instance(module, { env: { m0: memory } }).exports.run as () => void)();
    assert.equal(new DataView(memory.buffer).getInt32(0, true), 9);
  });

  test('a custom section at the end changes bytes and nothing else', () => {
    const bytes = moduleBytes({ functions: [func('run', [], () => [])] });
    const longer = new Uint8Array([...bytes, ...customSection('a name '.repeat(30))]);
    const module = new WebAssembly.Module(longer);
    assert.deepEqual(WebAssembly.Module.exports(module), WebAssembly.Module.exports(new WebAssembly.Module(bytes)));
    assert.equal(WebAssembly.Module.customSections(module, 'a name '.repeat(30)).length, 1);
  });

  test('reach addresses above 2 GiB, and offsets do not wrap round', () => {
    const at = 3_000_000_000;
    const run = func('run', ['i32'], ([p]) => [
      i32.store(p.get, i32.const(-5), 128),
      v128.store(zero, v128.load32_splat(i32.const(128), at)),
    ]);
    const { exports, view } = instantiate([run], 50_000);
    exports.run!(at);
    assert.deepEqual([view.getInt32(at + 128, true), view.getInt32(12, true)], [-5, -5]);
    assert.throws(() => exports.run!(-64), WebAssembly.RuntimeError);
  });

  test('wait sleeps only while the word is as expected; notify finds nobody', () => {
    const run = func('run', ['i32'], ([expected]) => [
      notify(i32.const(64), i32.const(1)),
      wait32(i32.const(64), expected.get),
      count,
    ]);
    assert.equal(resultOf(run, 7), 1);
  });
});
