import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantiate } from './assembler-test.ts';
import { type Expr, f32, func, i32 } from './index.ts';

const INTEGERS = [0, 1, -1, 7, 31, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 0x7fffffff, -0x80000000, 0x12345678];
const FLOATS = [0, -0, 1, -1, 0.1, -7.25, 1e-40, 3e38, Number.POSITIVE_INFINITY, Number.NaN].map(Math.fround);

type Binary<T extends 'i32' | 'f32', R extends 'i32' | 'f32'> = (a: Expr<T>, b: Expr<T>) => Expr<R>;

describe('i32', () => {
  test('constants of every length', () => {
    for (const n of INTEGERS) {
      const { exports, view } = instantiate([func('run', [], () => [i32.store(i32.const(0), i32.const(n))])]);
      exports.run!();
      assert.equal(view.getInt32(0, true), n);
    }
  });

  const u = (n: number) => n >>> 0;
  const cases: Record<string, [Binary<'i32', 'i32'>, (a: number, b: number) => number]> = {
    add: [i32.add, (a, b) => (a + b) | 0],
    sub: [i32.sub, (a, b) => (a - b) | 0],
    mul: [i32.mul, Math.imul],
    and: [i32.and, (a, b) => a & b],
    or: [i32.or, (a, b) => a | b],
    shl: [i32.shl, (a, b) => a << b],
    shr_u: [i32.shr_u, (a, b) => (a >>> b) | 0],
    eq: [i32.eq, (a, b) => Number(a === b)],
    ne: [i32.ne, (a, b) => Number(a !== b)],
    lt_s: [i32.lt_s, (a, b) => Number(a < b)],
    lt_u: [i32.lt_u, (a, b) => Number(u(a) < u(b))],
    gt_u: [i32.gt_u, (a, b) => Number(u(a) > u(b))],
    ge_u: [i32.ge_u, (a, b) => Number(u(a) >= u(b))],
    eqz: [(a) => i32.eqz(a), (a) => Number(a === 0)],
  };
  for (const [name, [instruction, wanted]] of Object.entries(cases))
    test(name, () => {
      const run = func('run', ['i32', 'i32'], ([a, b]) => [i32.store(i32.const(0), instruction(a.get, b.get))]);
      const { exports, view } = instantiate([run]);
      for (const a of INTEGERS)
        for (const b of INTEGERS) {
          exports.run!(a, b);
          assert.equal(view.getInt32(0, true), wanted(a, b), `${name} of ${a} and ${b}`);
        }
    });

  test('atomic add leaves the old value in the stack and the sum in memory, at a far offset too', () => {
    for (const offset of [0, 64, 128, 4096]) {
      const run = func('run', ['i32'], ([n]) => [
        i32.store(i32.const(0), i32.atomic.add(i32.const(8), n.get, offset)),
        i32.atomic.store(i32.const(4), i32.atomic.load(i32.const(8), offset)),
      ]);
      const { exports, view } = instantiate([run]);
      view.setInt32(8 + offset, 40, true);
      exports.run!(2);
      assert.deepEqual([view.getInt32(0, true), view.getInt32(4, true), view.getInt32(8 + offset, true)], [40, 42, 42]);
    }
  });
});

describe('f32', () => {
  test('constants', () => {
    for (const x of FLOATS) {
      const { exports, view } = instantiate([func('run', [], () => [f32.store(i32.const(0), f32.const(x))])]);
      exports.run!();
      assert.ok(Object.is(view.getFloat32(0, true), x));
    }
  });

  const cases: Record<string, [Binary<'f32', 'f32'>, (a: number, b: number) => number]> = {
    add: [f32.add, (a, b) => a + b],
    sub: [f32.sub, (a, b) => a - b],
    mul: [f32.mul, (a, b) => a * b],
    div: [f32.div, (a, b) => a / b],
    max: [f32.max, Math.max],
    sqrt: [(a) => f32.sqrt(a), (a) => Math.sqrt(a)],
  };
  for (const [name, [instruction, wanted]] of Object.entries(cases))
    test(name, () => {
      const run = func('run', ['f32', 'f32'], ([a, b]) => [f32.store(i32.const(0), instruction(a.get, b.get))]);
      const { exports, view } = instantiate([run]);
      for (const a of FLOATS)
        for (const b of FLOATS) {
          exports.run!(a, b);
          const [got, expected] = [view.getFloat32(0, true), Math.fround(wanted(a, b))];
          assert.ok(Object.is(got, expected), `${name} of ${a} and ${b} is ${got}, not ${expected}`);
        }
    });
});
