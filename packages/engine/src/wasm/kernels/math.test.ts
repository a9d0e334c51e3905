import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { advance, func, type Scope, v128, whileAtLeast } from '../assembler/index.ts';
import { benchOf } from './kernel-test.ts';
import { type Computed, exp, mathTemps, sigmoid, silu } from './math.ts';

const OUT = 256 * 1024;

/** Applies a function of vectors to many numbers. */
function apply(compute: (x: ReturnType<typeof v128.load>, scope: Scope) => Computed, xs: number[]): Float32Array {
  const kernel = func('apply', ['i32', 'i32', 'i32'], ([x, out, count], scope) => {
    const input = scope.local('v128');
    const { before, value } = compute(input.get, scope);
    const each = [input.set(v128.load(x.get)), ...before, v128.store(out.get, value)];
    return [whileAtLeast(count, 4, ...each, advance(x, 16), advance(out, 16))];
  });
  const bench = benchOf(kernel, false);
  bench.floats.set(xs);
  bench.run(0, OUT, xs.length);
  return bench.floats.slice(OUT / 4, OUT / 4 + xs.length);
}

/** How many steps of f32 lie between a number and what it should be. */
function steps(got: number, expected: number): number {
  const near = Math.fround(expected);
  const ulp = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(near))), -126) - 23);
  return Math.abs(got - expected) / ulp;
}

const range = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(from + ((to - from) * i) / (count - 1)));

describe('functions of vectors', () => {
  test('exp is right to 2 units in the last place where it is a normal number', () => {
    const xs = [...range(-87, 88, 40_000), ...range(-1, 1, 8000), 0, -0, 1e-30, -1e-30];
    const got = apply((x, scope) => exp(x, mathTemps(scope), scope.hoist), xs);
    const worst = xs.reduce((far, x, i) => Math.max(far, steps(got[i]!, Math.exp(x))), 0);
    assert.ok(worst <= 2, `off by ${worst}`);
  });

  test('exp is exact at 0, next to nothing below its range and finite above', () => {
    const xs = [0, -90, -1000, -3e38, Number.NEGATIVE_INFINITY, 100, 3e38, Number.POSITIVE_INFINITY];
    const got = apply((x, scope) => exp(x, mathTemps(scope), scope.hoist), xs);
    assert.equal(got[0], 1);
    for (const small of got.subarray(1, 5)) assert.ok(small >= 0 && small < 2e-38, `${small}`);
    for (const large of got.subarray(5)) assert.ok(large > 1e38 && Number.isFinite(large), `${large}`);
  });

  test('a NaN is not hidden', () => {
    const xs = [Number.NaN, 0, 0, 0];
    for (const compute of [exp, sigmoid, silu])
      assert.ok(Number.isNaN(apply((x, scope) => compute(x, mathTemps(scope), scope.hoist), xs)[0]!));
  });

  test('sigmoid and silu are right to 4 units in the last place', () => {
    const xs = range(-80, 80, 40_000);
    for (const [compute, wanted] of [
      [sigmoid, (x: number) => 1 / (1 + Math.exp(-x))],
      [silu, (x: number) => x / (1 + Math.exp(-x))],
    ] as const) {
      const got = apply((x, scope) => compute(x, mathTemps(scope), scope.hoist), xs);
      const worst = xs.reduce((far, x, i) => Math.max(far, steps(got[i]!, wanted(x))), 0);
      assert.ok(worst <= 4, `${compute.name} is off by ${worst}`);
    }
  });
});
