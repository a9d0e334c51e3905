import { type Func, f32, f32x4, func, type Local, type Statement, v128 } from '../assembler/index.ts';
import { each } from './emit.ts';
import { squareSum } from './norm.ts';
import { strip } from './strip.ts';

export type RopeShape = {
  headDim: number;
  /** Leading dimensions that rotate. */
  ropeDim: number;
  eps: number;
};

/**
 * `rope(head, weight, cos, sin, out)`: one head, normed (x / sqrt(mean(x²) + eps) ⊙ weight), then its leading dimensions
 * rotated, pair (i, i + ropeDim/2) by angle i. `out` may be `head`.
 */
export function ropeKernel({ headDim, ropeDim, eps }: RopeShape): Func {
  const half = ropeDim / 2;
  return func('rope', ['i32', 'i32', 'i32', 'i32', 'i32'], ([head, weight, cos, sin, out], scope) => {
    const [p, w, o, count] = scope.locals(4, 'i32') as [L, L, L, L];
    const squares = squareSum(headDim, p, count, scope);
    const scale = scope.local('f32');
    const factor = scope.local('v128');
    const [x, y] = scope.locals(2, 'v128') as [Local<'v128'>, Local<'v128'>];
    const [a, b] = scope.locals(2, 'f32') as [Local<'f32'>, Local<'f32'>];
    const mean = f32.add(f32.mul(squares.sum, f32.const(1 / headDim)), f32.const(eps));
    const rotateFour = (at: number): Statement[] => {
      const [c, s] = [v128.load(cos.get, at), v128.load(sin.get, at)];
      return [
        x.set(v128.load(out.get, at)),
        y.set(v128.load(out.get, half * 4 + at)),
        v128.store(out.get, f32x4.sub(f32x4.mul(x.get, c), f32x4.mul(y.get, s)), at),
        v128.store(out.get, f32x4.add(f32x4.mul(y.get, c), f32x4.mul(x.get, s)), half * 4 + at),
      ];
    };
    const rotateOne = (at: number): Statement[] => {
      const [c, s] = [f32.load(cos.get, at), f32.load(sin.get, at)];
      return [
        a.set(f32.load(out.get, at)),
        b.set(f32.load(out.get, half * 4 + at)),
        f32.store(out.get, f32.sub(f32.mul(a.get, c), f32.mul(b.get, s)), at),
        f32.store(out.get, f32.add(f32.mul(b.get, c), f32.mul(a.get, s)), half * 4 + at),
      ];
    };
    return [
      p.set(head.get),
      ...squares.before,
      scale.set(f32.div(f32.const(1), f32.sqrt(mean))),
      factor.set(f32x4.splat(scale.get)),
      p.set(head.get),
      w.set(weight.get),
      o.set(out.get),
      ...strip(
        headDim,
        count,
        [p, w, o],
        (offsets) =>
          offsets.map((at) =>
            v128.store(o.get, f32x4.mul(f32x4.mul(v128.load(p.get, at), factor.get), v128.load(w.get, at)), at),
          ),
        (at) => [f32.store(o.get, f32.mul(f32.mul(f32.load(p.get, at), scale.get), f32.load(w.get, at)), at)],
      ),
      ...each(Math.floor(half / 4)).flatMap((i) => rotateFour(i * 16)),
      ...each(half % 4).flatMap((i) => rotateOne(Math.floor(half / 4) * 16 + i * 4)),
    ];
  });
}

type L = Local<'i32'>;
