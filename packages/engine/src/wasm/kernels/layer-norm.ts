import {
  advance,
  type Expr,
  type Func,
  f32,
  f32x4,
  func,
  type Local,
  type Scope,
  type Statement,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import { sumLanes } from './emit.ts';
import type { NormShape } from './norm.ts';
import { strip } from './strip.ts';

/**
 * `layerNorm(input, weight, bias, out, rows)`: out = (x − mean) / sqrt(variance + eps) ⊙ weight + bias, row by row. `out`
 * may be `input`.
 */
export function layerNormKernel({ width, inputStride, outStride, eps }: NormShape): Func {
  return func('layer-norm', ['i32', 'i32', 'i32', 'i32', 'i32'], ([input, weight, bias, out, rows], scope) => {
    const [x, w, b, o, count] = scope.locals(5, 'i32') as [L, L, L, L, L];
    const [mean, scale, number] = scope.locals(3, 'f32') as [Local<'f32'>, Local<'f32'>, Local<'f32'>];
    const [meanOfAll, factor, value] = scope.locals(3, 'v128') as [V, V, V];
    const summed = summer(width, x, count, scope);
    const centred = (at: number): Expr<'v128'> => f32x4.sub(v128.load(x.get, at), meanOfAll.get);
    const sums = summed((at) => v128.load(x.get, at), f32.load);
    const squares = summed(centred, (address, at) => f32.sub(f32.load(address, at), mean.get), true);
    return [
      whileAtLeast(
        rows,
        1,
        x.set(input.get),
        ...sums.before,
        mean.set(f32.mul(sums.sum, f32.const(1 / width))),
        meanOfAll.set(f32x4.splat(mean.get)),
        x.set(input.get),
        ...squares.before,
        scale.set(f32.div(f32.const(1), f32.sqrt(f32.add(f32.mul(squares.sum, f32.const(1 / width)), f32.const(eps))))),
        factor.set(f32x4.splat(scale.get)),
        x.set(input.get),
        w.set(weight.get),
        b.set(bias.get),
        o.set(out.get),
        ...strip(
          width,
          count,
          [x, w, b, o],
          (offsets) =>
            offsets.flatMap((at) => [
              value.set(f32x4.mul(f32x4.mul(centred(at), factor.get), v128.load(w.get, at))),
              v128.store(o.get, f32x4.add(value.get, v128.load(b.get, at)), at),
            ]),
          (at) => [
            number.set(f32.mul(f32.mul(f32.sub(f32.load(x.get, at), mean.get), scale.get), f32.load(w.get, at))),
            f32.store(o.get, f32.add(number.get, f32.load(b.get, at)), at),
          ],
        ),
        advance(input, inputStride),
        advance(out, outStride),
      ),
    ];
  });
}

type L = Local<'i32'>;
type V = Local<'v128'>;

/** Emits sums over `width` numbers, or over their squares, in an order that depends on `width` alone. */
function summer(width: number, x: L, count: L, scope: Scope) {
  const sums = scope.locals(4, 'v128');
  const [all, taken] = scope.locals(2, 'v128') as [V, V];
  const [rest, one] = scope.locals(2, 'f32') as [Local<'f32'>, Local<'f32'>];
  return (
    vector: (at: number) => Expr<'v128'>,
    lane: (address: Expr<'i32'>, at: number) => Expr<'f32'>,
    squared = false,
  ): { before: Statement[]; sum: Expr<'f32'> } => {
    const total = sumLanes(
      f32x4.add(f32x4.add(sums[0]!.get, sums[1]!.get), f32x4.add(sums[2]!.get, sums[3]!.get)),
      all,
    );
    const before = [
      ...sums.map((sum) => sum.set(v128.zero)),
      rest.set(f32.const(0)),
      ...strip(
        width,
        count,
        [x],
        (offsets) =>
          offsets.flatMap((at, i) => [
            taken.set(vector(at)),
            sums[i]!.set(
              squared ? f32x4.relaxed_madd(taken.get, taken.get, sums[i]!.get) : f32x4.add(sums[i]!.get, taken.get),
            ),
          ]),
        (at) => [one.set(lane(x.get, at)), rest.set(f32.add(rest.get, squared ? f32.mul(one.get, one.get) : one.get))],
      ),
      ...total.before,
    ];
    return { before, sum: f32.add(f32x4.extract_lane(total.sum, 0), rest.get) };
  };
}
