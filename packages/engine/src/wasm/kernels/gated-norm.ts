import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { mathTemps, onEach, silu } from './math.ts';
import { squareSum } from './norm.ts';
import { PAIR, strip } from './strip.ts';

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
    const [gates, xs, weights] = [scope.locals(PAIR, 'v128'), scope.locals(PAIR, 'v128'), scope.locals(PAIR, 'v128')];
    const temps = mathTemps(scope);
    const mean = f32.add(f32.mul(squares.sum, f32.const(1 / headDim)), f32.const(eps));
    /** xs = the results of the first n of each */
    const compute = (n: number) => [
      ...onEach(silu, gates.slice(0, n), gates, temps, scope.hoist),
      ...xs
        .slice(0, n)
        .map((x, i) => x.set(f32x4.mul(f32x4.mul(f32x4.mul(x.get, factor.get), weights[i]!.get), gates[i]!.get))),
    ];
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
          (offsets) => [
            ...offsets.map((at, i) => gates[i]!.set(v128.load(gate.get, at))),
            ...offsets.map((at, i) => xs[i]!.set(v128.load(p.get, at))),
            ...offsets.map((at, i) => weights[i]!.set(v128.load(w.get, at))),
            ...compute(offsets.length),
            ...offsets.map((at, i) => v128.store(p.get, xs[i]!.get, at)),
          ],
          (at) => [
            gates[0]!.set(v128.load32_splat(gate.get, at)),
            xs[0]!.set(v128.load32_splat(p.get, at)),
            weights[0]!.set(v128.load32_splat(w.get, at)),
            ...compute(1),
            f32.store(p.get, f32x4.extract_lane(xs[0]!.get, 0), at),
          ],
          PAIR,
        ),
        advance(x, xStride),
        advance(z, zStride),
      ),
    ];
  });
}

type L = Local<'i32'>;
