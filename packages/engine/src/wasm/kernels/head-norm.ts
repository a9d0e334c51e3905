import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { squareSum } from './norm.ts';
import { strip } from './strip.ts';

export type HeadNormShape = {
  headDim: number;
  /** Bytes between rows. */
  rowStride: number;
  scale: number;
};

/** `headNorm(x, rows)`: one head of every row becomes scale · x / sqrt(Σx² + 1e-6), in place. */
export function headNormKernel({ headDim, rowStride, scale }: HeadNormShape): Func {
  return func('head-norm', ['i32', 'i32'], ([x, rows], scope) => {
    const [p, count] = scope.locals(2, 'i32') as [L, L];
    const squares = squareSum(headDim, p, count, scope);
    const factor = scope.local('f32');
    const factors = scope.local('v128');
    return [
      whileAtLeast(
        rows,
        1,
        p.set(x.get),
        ...squares.before,
        factor.set(f32.div(f32.const(scale), f32.sqrt(f32.add(squares.sum, f32.const(1e-6))))),
        factors.set(f32x4.splat(factor.get)),
        p.set(x.get),
        ...strip(
          headDim,
          count,
          [p],
          (offsets) => offsets.map((at) => v128.store(p.get, f32x4.mul(v128.load(p.get, at), factors.get), at)),
          (at) => [f32.store(p.get, f32.mul(f32.load(p.get, at), factor.get), at)],
        ),
        advance(x, rowStride),
      ),
    ];
  });
}

type L = Local<'i32'>;
