import {
  advance,
  type Expr,
  type Func,
  f32,
  f32x4,
  func,
  i8x16,
  i32,
  i32x4,
  type Local,
  repeat,
  type Scope,
  type Statement,
  v128,
} from '../assembler/index.ts';
import { type CacheFormat, cacheLayout } from '../cache-format.ts';
import { each } from './emit.ts';

export type StoreCacheShape = {
  /** A multiple of 4. */
  headDim: number;
  cache: CacheFormat;
};

/** `storeKey(key, out)`: one head's key [headDim] into the cache; `out` is where the token's key begins. */
export function storeKeyKernel({ headDim, cache }: StoreCacheShape): Func {
  const { keyStepBytes } = cacheLayout(cache, headDim);
  return func('store-key', ['i32', 'i32'], ([key, out], scope) => {
    const count = scope.local('i32');
    if (cache === 'f32')
      return repeat(
        count,
        headDim / 4,
        ...each(4).map((i) => f32.store(out.get, f32.load(key.get, i * 4), i * keyStepBytes)),
        advance(key, 16),
        advance(out, 4 * keyStepBytes),
      );
    const words = scope.local('v128');
    const halves = scope.locals(2, 'v128');
    /** `n` ≤ 2 vectors of four dimensions are 2·n pairs. */
    const pairs = (n: number): Statement[] => [
      ...each(n).flatMap((i) => toHalves(halves[i]!, v128.load(key.get, i * 16), scope)),
      words.set(joinPairs(halves[0]!, halves[n - 1]!)),
      ...each(2 * n).map((i) => f32.store(out.get, f32x4.extract_lane(words.get, i), i * keyStepBytes)),
      advance(key, n * 16),
      advance(out, 2 * n * keyStepBytes),
    ];
    return [...repeat(count, Math.floor(headDim / 8), ...pairs(2)), ...(headDim % 8 ? pairs(1) : [])];
  });
}

/** `storeValue(value, out)`: one head's value [headDim] into the cache; `out` is where the token's value begins. */
export function storeValueKernel({ headDim, cache }: StoreCacheShape): Func {
  const { valueBlockBytes } = cacheLayout(cache, headDim);
  return func('store-value', ['i32', 'i32'], ([value, out], scope) => {
    const count = scope.local('i32');
    const halves = scope.locals(4, 'v128');
    /** A block of `n` ≤ 4 vectors of four dimensions. */
    const block = (n: number): Statement[] => [
      ...(cache === 'f32'
        ? each(n).map((i) => v128.store(out.get, v128.load(value.get, i * 16), i * 16))
        : [
            ...each(4).flatMap((i) =>
              i < n ? toHalves(halves[i]!, v128.load(value.get, i * 16), scope) : [halves[i]!.set(v128.zero)],
            ),
            ...each(2).map((i) =>
              v128.store(out.get, v128.or(halves[i]!.get, i32x4.shl(halves[i + 2]!.get, i32.const(16))), i * 16),
            ),
          ]),
      advance(value, 64),
      advance(out, valueBlockBytes),
    ];
    const left = (headDim % 16) / 4;
    return [...repeat(count, Math.floor(headDim / 16), ...block(4)), ...(left ? block(left) : [])];
  });
}

/**
 * Four f32 numbers as halves in the low 16 bits of their lanes, to the nearest and to the even one of two; what is too
 * large becomes the largest half. The product puts the exponent where a half has it, subnormals included.
 */
function toHalves(into: Local<'v128'>, x: Expr<'v128'>, { hoist }: Scope): Statement[] {
  const [most, least] = [hoist(f32x4.all(65504)), hoist(f32x4.all(-65504))];
  const odd = v128.and(i32x4.shr_u(into.get, i32.const(13)), hoist(i32x4.all(1)));
  const rounded = i32x4.add(into.get, i32x4.add(odd, hoist(i32x4.all(0x0fff))));
  return [
    into.set(f32x4.mul(f32x4.pmax(f32x4.pmin(x, most), least), hoist(f32x4.all(2 ** -112)))),
    into.set(
      v128.or(
        v128.and(i32x4.shr_u(rounded, i32.const(13)), hoist(i32x4.all(0x7fff))),
        v128.and(i32x4.shr_u(into.get, i32.const(16)), hoist(i32x4.all(0x8000))),
      ),
    ),
  ];
}

/** The low halves of eight lanes, two to a word. */
function joinPairs(a: Local<'v128'>, b: Local<'v128'>): Expr<'v128'> {
  return i8x16.shuffle(
    a.get,
    b.get,
    each(8).flatMap((i) => [i * 4, i * 4 + 1]),
  );
}
