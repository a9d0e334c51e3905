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
import { strip } from './strip.ts';

export type NormShape = {
  width: number;
  /** Bytes between rows. */
  inputStride: number;
  outStride: number;
  eps: number;
};

/** `norm(input, weight, out, rows)`: out = x / sqrt(mean(x²) + eps) ⊙ weight, row by row. `out` may be `input`. */
export function rmsNormKernel({ width, inputStride, outStride, eps }: NormShape): Func {
  return func('norm', ['i32', 'i32', 'i32', 'i32'], ([input, weight, out, rows], scope) => {
    const [x, w, o, count] = scope.locals(4, 'i32') as [L, L, L, L];
    const squares = squareSum(width, x, count, scope);
    const scale = scope.local('f32');
    const factor = scope.local('v128');
    return [
      whileAtLeast(
        rows,
        1,
        x.set(input.get),
        ...squares.before,
        scale.set(f32.div(f32.const(1), f32.sqrt(f32.add(f32.mul(squares.sum, f32.const(1 / width)), f32.const(eps))))),
        factor.set(f32x4.splat(scale.get)),
        x.set(input.get),
        w.set(weight.get),
        o.set(out.get),
        ...strip(
          width,
          count,
          [x, w, o],
          (offsets) =>
            offsets.map((at) =>
              v128.store(o.get, f32x4.mul(f32x4.mul(v128.load(x.get, at), factor.get), v128.load(w.get, at)), at),
            ),
          (at) => [f32.store(o.get, f32.mul(f32.mul(f32.load(x.get, at), scale.get), f32.load(w.get, at)), at)],
        ),
        advance(input, inputStride),
        advance(out, outStride),
      ),
    ];
  });
}

type L = Local<'i32'>;

/** Σx² over `width` numbers from `x` on, which the walk moves. The order of the sum depends on `width` alone. */
export function squareSum(
  width: number,
  x: Local<'i32'>,
  count: Local<'i32'>,
  scope: Scope,
): { before: Statement[]; sum: Expr<'f32'> } {
  const sums = scope.locals(4, 'v128');
  const value = scope.local('v128');
  const rest = scope.local('f32');
  const number = scope.local('f32');
  const total = sumLanes(
    f32x4.add(f32x4.add(sums[0]!.get, sums[1]!.get), f32x4.add(sums[2]!.get, sums[3]!.get)),
    value,
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
          value.set(v128.load(x.get, at)),
          sums[i]!.set(f32x4.relaxed_madd(value.get, value.get, sums[i]!.get)),
        ]),
      (at) => [number.set(f32.load(x.get, at)), rest.set(f32.add(rest.get, f32.mul(number.get, number.get)))],
    ),
    ...total.before,
  ];
  return { before, sum: f32.add(f32x4.extract_lane(total.sum, 0), rest.get) };
}
