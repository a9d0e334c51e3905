import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { mathTemps, silu } from './math.ts';
import { squareSum } from './norm.ts';
import { strip } from './strip.ts';

export type GatedNormShape = {
  headDim: number;
  /** Bytes between rows. */
  xStride: number;
  zStride: number;
  eps: number;
};

/** `gatedNorm(x, z, weight, rows)`: x ← x / sqrt(mean(x²) + eps) ⊙ weight ⊙ silu(z), one head of every row, in place. */
export function gatedNormKernel({ headDim, xStride, zStride, eps }: GatedNormShape): Func {
  return func('gated-norm', ['i32', 'i32', 'i32', 'i32'], ([x, z, weight, rows], scope) => {
    const [p, gate, w, count] = scope.locals(4, 'i32') as [L, L, L, L];
    const squares = squareSum(headDim, p, count, scope);
    const factor = scope.local('v128');
    const g = scope.local('v128');
    const activated = silu(g.get, mathTemps(scope), scope.hoist);
    const mean = f32.add(f32.mul(squares.sum, f32.const(1 / headDim)), f32.const(eps));
    const scaled = (x: ReturnType<typeof v128.load>, w: ReturnType<typeof v128.load>) =>
      f32x4.mul(f32x4.mul(f32x4.mul(x, factor.get), w), activated.value);
    return [
      whileAtLeast(
        rows,
        1,
        p.set(x.get),
        ...squares.before,
        factor.set(f32x4.splat(f32.div(f32.const(1), f32.sqrt(mean)))),
        p.set(x.get),
        gate.set(z.get),
        w.set(weight.get),
        ...strip(
          headDim,
          count,
          [p, gate, w],
          (at) => [
            g.set(v128.load(gate.get, at)),
            ...activated.before,
            v128.store(p.get, scaled(v128.load(p.get, at), v128.load(w.get, at)), at),
          ],
          (at) => [
            g.set(v128.load32_splat(gate.get, at)),
            ...activated.before,
            f32.store(
              p.get,
              f32x4.extract_lane(scaled(v128.load32_splat(p.get, at), v128.load32_splat(w.get, at)), 0),
              at,
            ),
          ],
          2,
        ),
        advance(x, xStride),
        advance(z, zStride),
      ),
    ];
  });
}

type L = Local<'i32'>;
