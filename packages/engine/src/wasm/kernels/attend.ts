import {
  advance,
  type Func,
  f32,
  f32x4,
  func,
  i32,
  type Local,
  repeat,
  type Statement,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import { each, rotate, sumLanes } from './emit.ts';
import { exp, mathTemps, sigmoid } from './math.ts';
import { strip } from './strip.ts';

export type AttendShape = {
  /** A multiple of 4. */
  headDim: number;
  scale: number;
};

/** Below every score; e to it is nothing. */
const LOWEST = -3e38;

/**
 * The running sums of one query head: Σ e^(score − max)·v [headDim], then max, then Σ e^(score − max). Whatever the
 * maximum is when a page comes, the sums so far are scaled to it, so pages may be fed one by one.
 */
const sumsLayout = ({ headDim }: AttendShape) => ({ max: headDim * 4, total: headDim * 4 + 4 });

/** `begin(sums)`: nothing seen yet. */
export function attendBeginKernel(shape: AttendShape): Func {
  const { max, total } = sumsLayout(shape);
  return func('attend-begin', ['i32'], ([sums]) => [
    ...each(shape.headDim / 4).map((i) => v128.store(sums.get, v128.zero, i * 16)),
    f32.store(sums.get, f32.const(LOWEST), max),
    f32.store(sums.get, f32.const(0), total),
  ]);
}

/**
 * `page(q, keys, values, tokens, sums, scores)`: adds `tokens` ≥ 1 neighbouring keys and values, [tokens][headDim] each.
 * `scores` is scratch for four numbers more than `tokens`.
 */
export function attendPageKernel(shape: AttendShape): Func {
  const { headDim, scale } = shape;
  const { max: maxAt, total: totalAt } = sumsLayout(shape);
  const rowBytes = headDim * 4;
  return func(
    'attend-page',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    ([q, keys, values, tokens, sums, scores], scope) => {
      const { local, locals, hoist } = scope;
      const [qp, kp, sp, left, count, dims] = locals(6, 'i32') as [L, L, L, L, L, L];
      const dots = each(4).map(() => locals(2, 'v128'));
      const query = locals(2, 'v128');
      const [sum, best, weight, factor, total] = locals(5, 'v128') as [V, V, V, V, V];
      // Eight sums in flight, four when fused: fewer wait for each other.
      const outs = locals(8, 'v128');
      const temps = mathTemps(scope);
      const unroll = headDim % 8 === 0 ? 2 : 1;
      const pairs = each(unroll);

      /** Scores of `n` neighbouring tokens; each is summed alike whatever n. */
      const score = (n: number): Statement[] => [
        ...each(n).flatMap((t) => dots[t]!.map((dot) => dot.set(v128.zero))),
        qp.set(q.get),
        kp.set(keys.get),
        ...repeat(
          count,
          headDim / (4 * unroll),
          ...pairs.map((l) => query[l]!.set(v128.load(qp.get, l * 16))),
          ...each(n).flatMap((t) =>
            pairs.map((l) =>
              dots[t]![l]!.set(
                f32x4.relaxed_madd(v128.load(kp.get, t * rowBytes + l * 16), query[l]!.get, dots[t]![l]!.get),
              ),
            ),
          ),
          advance(qp, unroll * 16),
          advance(kp, unroll * 16),
        ),
        ...each(n).flatMap((t) => {
          const dot = sumLanes(f32x4.add(dots[t]![0]!.get, dots[t]![1]!.get), sum);
          return [...dot.before, f32.store(sp.get, f32.mul(f32x4.extract_lane(dot.sum, 0), f32.const(scale)), t * 4)];
        }),
        advance(sp, n * 4),
        advance(keys, n * rowBytes),
      ];
      /** Walks the scores by fours, the last four padded with what counts for nothing. */
      const eachFour = (...body: Statement[]): Statement[] => [
        sp.set(scores.get),
        left.set(i32.add(tokens.get, i32.const(3))),
        whileAtLeast(left, 4, ...body, advance(sp, 16)),
      ];
      const grown = exp(f32x4.sub(v128.load(sp.get), best.get), temps, hoist);
      const shrunk = exp(f32x4.sub(v128.load32_splat(sums.get, maxAt), best.get), temps, hoist);
      const spread = sumLanes(total.get, sum);
      const highest = maxLanes(best, sum);
      /** `n` neighbouring vectors of the weighted sum of values. */
      const mix = (n: number): Statement[] => [
        ...each(n).map((v) => outs[v]!.set(f32x4.mul(v128.load(dims.get, v * 16), factor.get))),
        sp.set(scores.get),
        kp.set(values.get),
        left.set(tokens.get),
        whileAtLeast(
          left,
          1,
          weight.set(v128.load32_splat(sp.get)),
          ...each(n).map((v) => outs[v]!.set(f32x4.relaxed_madd(weight.get, v128.load(kp.get, v * 16), outs[v]!.get))),
          advance(sp, 4),
          advance(kp, rowBytes),
        ),
        ...each(n).map((v) => v128.store(dims.get, outs[v]!.get, v * 16)),
        advance(dims, n * 16),
        advance(values, n * 16),
      ];
      const vectors = headDim / 4;
      const blocks = local('i32');
      return [
        sp.set(scores.get),
        left.set(tokens.get),
        whileAtLeast(left, 4, ...score(4)),
        whileAtLeast(left, 1, ...score(1)),
        v128.store(sp.get, hoist(f32x4.all(LOWEST))),

        best.set(v128.load32_splat(sums.get, maxAt)),
        ...eachFour(best.set(f32x4.max(best.get, v128.load(sp.get)))),
        ...highest,
        ...shrunk.before,
        factor.set(shrunk.value),
        total.set(v128.zero),
        ...eachFour(
          ...grown.before,
          weight.set(grown.value),
          v128.store(sp.get, weight.get),
          total.set(f32x4.add(total.get, weight.get)),
        ),
        ...spread.before,
        f32.store(
          sums.get,
          f32.add(
            f32.mul(f32.load(sums.get, totalAt), f32x4.extract_lane(factor.get, 0)),
            f32x4.extract_lane(spread.sum, 0),
          ),
          totalAt,
        ),
        f32.store(sums.get, f32x4.extract_lane(best.get, 0), maxAt),

        dims.set(sums.get),
        ...repeat(blocks, Math.floor(vectors / 8), ...mix(8)),
        ...(vectors % 8 ? mix(vectors % 8) : []),
      ];
    },
  );
}

/** `finish(sums, gate, out)`: out = Σ e^(score − max)·v / Σ e^(score − max) ⊙ σ(gate). */
export function attendFinishKernel(shape: AttendShape): Func {
  const { headDim } = shape;
  return func('attend-finish', ['i32', 'i32', 'i32'], ([sums, gate, out], scope) => {
    const count = scope.local('i32');
    const [inverse, g] = scope.locals(2, 'v128') as [V, V];
    const share = sigmoid(g.get, mathTemps(scope), scope.hoist);
    return [
      inverse.set(f32x4.div(scope.hoist(f32x4.all(1)), v128.load32_splat(sums.get, sumsLayout(shape).total))),
      ...strip(
        headDim,
        count,
        [sums, gate, out],
        (at) => [
          g.set(v128.load(gate.get, at)),
          ...share.before,
          v128.store(out.get, f32x4.mul(f32x4.mul(v128.load(sums.get, at), inverse.get), share.value), at),
        ],
        () => [],
        2,
      ),
    ];
  });
}

/** Spreads the largest lane of `x` over all its lanes. */
function maxLanes(x: V, temp: V): Statement[] {
  return [8, 4].flatMap((by) => [temp.set(x.get), x.set(f32x4.max(x.get, rotate(temp, by)))]);
}

type L = Local<'i32'>;
type V = Local<'v128'>;
