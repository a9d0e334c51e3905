import { PAGE_TOKENS } from '../../model/batch.ts';
import {
  advance,
  type Expr,
  type Func,
  f32,
  f32x4,
  func,
  i32,
  i32x4,
  type Local,
  repeat,
  type Scope,
  type Statement,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import { type CacheFormat, cacheLayout, KEY_TOKENS, VALUE_DIMS } from '../cache-format.ts';
import { each, rotate, sumLanes } from './emit.ts';
import { exp, mathTemps, onEach, sigmoid } from './math.ts';
import { PAIR, strip } from './strip.ts';

export type AttendShape = {
  /** A multiple of 4. */
  headDim: number;
  cache: CacheFormat;
};

/** Query heads that `attend-page` can take together, for one walk over a page. */
export const MAX_QUERIES = 4;

/** Below every score; e to it is nothing. */
const LOWEST = -3e38;

/** Halves are read with their exponents 112 too low, which costs nothing to make up for in the other factor. */
const HALF_SCALE = 2 ** 112;

/**
 * The running sums of a query head: Σ e^(score − max)·v [headDim], then max, Σ e^(score − max), and room for the factor
 * of one page. Whatever the maximum is when a page comes, the sums so far are scaled to it. Offsets in bytes.
 */
export function attendSums(headDim: number): { max: number; total: number; factor: number; bytes: number } {
  const end = Math.ceil(headDim / VALUE_DIMS) * VALUE_DIMS * 4;
  return { max: end, total: end + 4, factor: end + 8, bytes: end + 64 };
}

/** Bytes from the query that `attend-query` made for one head to that of the next. */
export const queryBytes = (headDim: number): number => Math.ceil(headDim / 16) * 64;

/** Bytes of one query head's scores: those of a page, and as many more as end a walk by sixteens. */
export const SCORE_BYTES: number = (PAGE_TOKENS + 16) * 4;

/** `query(q, out)`: q / √headDim, scaled to meet keys as the cache holds them. */
export function attendQueryKernel({ headDim, cache }: AttendShape): Func {
  return func('attend-query', ['i32', 'i32'], ([q, out], { local, hoist }) => {
    const factor = hoist(f32x4.all((cache === 'f16' ? HALF_SCALE : 1) / Math.sqrt(headDim)));
    return strip(
      headDim,
      local('i32'),
      [q, out],
      (offsets) => offsets.map((at) => v128.store(out.get, f32x4.mul(v128.load(q.get, at), factor), at)),
      () => [],
    );
  });
}

/** `begin(sums)`: nothing seen yet. */
export function attendBeginKernel({ headDim }: AttendShape): Func {
  const { max, total } = attendSums(headDim);
  return func('attend-begin', ['i32'], ([sums]) => [
    ...each(max / 16).map((i) => v128.store(sums.get, v128.zero, i * 16)),
    f32.store(sums.get, f32.const(LOWEST), max),
    f32.store(sums.get, f32.const(0), total),
  ]);
}

/**
 * `page(queries, keys, values, tokens, sums, scores)`: adds the first `tokens` ≥ 1 keys and values of a page to the sums
 * of `heads` query heads that share them. Queries, sums and scores (scratch) lie `queryBytes`, `attendSums` and
 * `SCORE_BYTES` apart. Every head's sums are formed alike, whoever goes along.
 */
export function attendPageKernel(shape: AttendShape & { heads: number }): Func {
  return func('attend-page', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], ([q, k, v, tokens, sums, scores], scope) => {
    const outs = each(shape.heads).map(() => scope.locals(4, 'v128'));
    return [
      ...scorePage(shape, scope, outs, q, k, tokens, scores),
      ...weighPage(shape, scope, tokens, sums, scores),
      ...mixPage(shape, scope, outs, v, tokens, sums, scores),
    ];
  });
}

/** scores = queries · keys, 16 tokens of every head at a time. */
function scorePage(
  { headDim, cache }: AttendShape,
  scope: Scope,
  outs: V[][],
  queries: L,
  keys: L,
  tokens: L,
  scores: L,
): Statement[] {
  const { keySteps } = cacheLayout(cache, headDim);
  const [qp, sp, left, count] = scope.locals(4, 'i32') as [L, L, L, L];
  const reader = cacheReader(cache, scope);
  const splat = scope.local('v128');
  return [
    sp.set(scores.get),
    left.set(i32.add(tokens.get, i32.const(KEY_TOKENS - 1))),
    whileAtLeast(
      left,
      KEY_TOKENS,
      ...outs.flat().map((out) => out.set(v128.zero)),
      qp.set(queries.get),
      ...repeat(
        count,
        keySteps,
        ...reader.load(keys, 4),
        ...each(reader.parts).flatMap((part) => [
          ...reader.unpack(4, part),
          ...outs.flatMap((lanes, h) => [
            splat.set(v128.load32_splat(qp.get, h * queryBytes(headDim) + part * 4)),
            ...lanes.map((out, i) => out.set(f32x4.relaxed_madd(reader.floats[i]!.get, splat.get, out.get))),
          ]),
        ]),
        advance(qp, reader.parts * 4),
        advance(keys, 64),
      ),
      ...outs.flatMap((lanes, h) => lanes.map((out, i) => v128.store(sp.get, out.get, h * SCORE_BYTES + i * 16))),
      advance(sp, KEY_TOKENS * 4),
    ),
  ];
}

/** scores ← e^(score − max), with the maximum and the total brought forward, head after head. */
function weighPage(
  { headDim, cache, heads }: AttendShape & { heads: number },
  scope: Scope,
  tokens: L,
  sums: L,
  scores: L,
): Statement[] {
  const { max: maxAt, total: totalAt, factor: factorAt, bytes: sumsBytes } = attendSums(headDim);
  const [score, head, sp, left, count] = scope.locals(5, 'i32') as [L, L, L, L, L];
  const [sum, best, weight, factor, total] = scope.locals(5, 'v128') as [V, V, V, V, V];
  const temps = mathTemps(scope);
  const { hoist } = scope;
  /** Walks the scores by fours, the last four padded with what counts for nothing. */
  const eachFour = (...body: Statement[]): Statement[] => [
    sp.set(score.get),
    left.set(i32.add(tokens.get, i32.const(3))),
    whileAtLeast(left, 4, ...body, advance(sp, 16)),
  ];
  const grown = exp(f32x4.sub(v128.load(sp.get), best.get), temps, hoist);
  const shrunk = exp(f32x4.sub(v128.load32_splat(head.get, maxAt), best.get), temps, hoist);
  const spread = sumLanes(total.get, sum);
  const scaled = cache === 'f16' ? f32x4.mul(weight.get, hoist(f32x4.all(HALF_SCALE))) : weight.get;
  return [
    score.set(scores.get),
    head.set(sums.get),
    ...repeat(
      count,
      heads,
      v128.store(i32.add(score.get, i32.shl(tokens.get, i32.const(2))), hoist(f32x4.all(LOWEST))),
      best.set(v128.load32_splat(head.get, maxAt)),
      ...eachFour(best.set(f32x4.pmax(best.get, v128.load(sp.get)))),
      ...maxLanes(best, sum),
      ...shrunk.before,
      factor.set(shrunk.value),
      total.set(v128.zero),
      ...eachFour(
        ...grown.before,
        weight.set(grown.value),
        v128.store(sp.get, scaled),
        total.set(f32x4.add(total.get, weight.get)),
      ),
      ...spread.before,
      total.set(f32x4.relaxed_madd(v128.load32_splat(head.get, totalAt), factor.get, spread.sum)),
      f32.store(head.get, f32x4.extract_lane(total.get, 0), totalAt),
      f32.store(head.get, f32x4.extract_lane(best.get, 0), maxAt),
      f32.store(head.get, f32x4.extract_lane(factor.get, 0), factorAt),
      advance(score, SCORE_BYTES),
      advance(head, sumsBytes),
    ),
  ];
}

/** sums ← sums · factor + Σ weight · value, 16 dimensions of every head at a time. */
function mixPage(
  { headDim, cache }: AttendShape,
  scope: Scope,
  outs: V[][],
  values: L,
  tokens: L,
  sums: L,
  scores: L,
): Statement[] {
  const { valueBlocks, valueRowBytes, valueBlockBytes } = cacheLayout(cache, headDim);
  const { factor: factorAt, bytes: sumsBytes } = attendSums(headDim);
  const [vp, sp, dims, left, count] = scope.locals(5, 'i32') as [L, L, L, L, L];
  const reader = cacheReader(cache, scope);
  const splat = scope.local('v128');
  const vectors = 4 / reader.parts;
  return [
    dims.set(sums.get),
    ...repeat(
      count,
      valueBlocks,
      ...outs.flatMap((lanes, h) => [
        splat.set(v128.load32_splat(sums.get, h * sumsBytes + factorAt)),
        ...lanes.map((out, i) => out.set(f32x4.mul(v128.load(dims.get, h * sumsBytes + i * 16), splat.get))),
      ]),
      vp.set(values.get),
      sp.set(scores.get),
      left.set(tokens.get),
      whileAtLeast(
        left,
        1,
        ...reader.load(vp, vectors),
        ...each(reader.parts).flatMap((part) => [
          ...reader.unpack(vectors, part),
          ...outs.flatMap((lanes, h) => [
            splat.set(v128.load32_splat(sp.get, h * SCORE_BYTES)),
            ...each(vectors).map((i) => {
              const out = lanes[part * vectors + i]!;
              return out.set(f32x4.relaxed_madd(reader.floats[i]!.get, splat.get, out.get));
            }),
          ]),
        ]),
        advance(sp, 4),
        advance(vp, valueRowBytes),
      ),
      ...outs.flatMap((lanes, h) => lanes.map((out, i) => v128.store(dims.get, out.get, h * sumsBytes + i * 16))),
      advance(dims, VALUE_DIMS * 4),
      advance(values, valueBlockBytes),
    ),
  ];
}

/** `merge(part, sums)`: adds what one walk has summed to what was summed before. */
export function attendMergeKernel({ headDim }: AttendShape): Func {
  const { max, total } = attendSums(headDim);
  return func('attend-merge', ['i32', 'i32'], ([part, sums], scope) => {
    const { local, locals, hoist } = scope;
    const [top, kept, added] = locals(3, 'v128') as [V, V, V];
    const [out, count] = locals(2, 'i32') as [L, L];
    const [mine, theirs] = [v128.load32_splat(sums.get, max), v128.load32_splat(part.get, max)];
    const temps = mathTemps(scope);
    const [keep, add] = [mine, theirs].map((own) => exp(f32x4.sub(own, top.get), temps, hoist));
    const mixed = local('v128');
    const mix = (at: number): Statement[] => [
      mixed.set(f32x4.mul(v128.load(out.get, at), kept.get)),
      v128.store(out.get, f32x4.relaxed_madd(v128.load(part.get, at), added.get, mixed.get), at),
    ];
    return [
      top.set(f32x4.pmax(mine, theirs)),
      ...keep!.before,
      kept.set(keep!.value),
      ...add!.before,
      added.set(add!.value),
      f32.store(sums.get, f32x4.extract_lane(top.get, 0), max),
      f32.store(
        sums.get,
        f32.add(
          f32.mul(f32.load(sums.get, total), f32x4.extract_lane(kept.get, 0)),
          f32.mul(f32.load(part.get, total), f32x4.extract_lane(added.get, 0)),
        ),
        total,
      ),
      out.set(sums.get),
      ...strip(
        max / 4,
        count,
        [out, part],
        (offsets) => offsets.flatMap(mix),
        () => [],
      ),
    ];
  });
}

/** `finish(sums, gate, out)`: out = Σ e^(score − max)·v / Σ e^(score − max) ⊙ σ(gate). */
export function attendFinishKernel({ headDim }: AttendShape): Func {
  return func('attend-finish', ['i32', 'i32', 'i32'], ([sums, gate, out], scope) => {
    const count = scope.local('i32');
    const inverse = scope.local('v128');
    const shares = scope.locals(PAIR, 'v128');
    const mixed = scope.locals(PAIR, 'v128');
    const temps = mathTemps(scope);
    return [
      inverse.set(f32x4.div(scope.hoist(f32x4.all(1)), v128.load32_splat(sums.get, attendSums(headDim).total))),
      ...strip(
        headDim,
        count,
        [sums, gate, out],
        (offsets) => [
          ...offsets.map((at, i) => shares[i]!.set(v128.load(gate.get, at))),
          ...offsets.map((at, i) => mixed[i]!.set(f32x4.mul(v128.load(sums.get, at), inverse.get))),
          ...onEach(sigmoid, shares.slice(0, offsets.length), shares, temps, scope.hoist),
          ...offsets.map((at, i) => v128.store(out.get, f32x4.mul(mixed[i]!.get, shares[i]!.get), at)),
        ],
        () => [],
        PAIR,
      ),
    ];
  });
}

/** Reads vectors of the cache as f32, a `part` (of one, or of the low and the high halves) at a time. */
function cacheReader(cache: CacheFormat, { locals, hoist }: Scope) {
  const words = locals(4, 'v128');
  if (cache === 'f32') return { parts: 1, floats: words, load: loadInto(words), unpack: () => [] };
  const floats = locals(4, 'v128');
  const mask = hoist(i32x4.all(0x8fffe000 | 0));
  /** Sign, exponent and mantissa where f32 has them; the sign's copies and what lies below are masked. */
  const half = (top: Expr<'v128'>) => v128.and(i32x4.shr_s(top, i32.const(3)), mask);
  return {
    parts: 2,
    floats,
    load: loadInto(words),
    unpack: (n: number, part: number) =>
      each(n).map((i) => floats[i]!.set(half(part ? words[i]!.get : i32x4.shl(words[i]!.get, i32.const(16))))),
  };
}

const loadInto = (words: V[]) => (at: L, n: number) => each(n).map((i) => words[i]!.set(v128.load(at.get, i * 16)));

/** Spreads the largest lane of `x` over all its lanes. */
function maxLanes(x: V, temp: V): Statement[] {
  return [8, 4].flatMap((by) => [temp.set(x.get), x.set(f32x4.pmax(x.get, rotate(temp, by)))]);
}

type L = Local<'i32'>;
type V = Local<'v128'>;
