import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { mathTemps, onEach, sigmoid } from './math.ts';
import { PAIR, strip } from './strip.ts';

/**
 * `gelu(values, rows)`: x ← x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2 in place, row by row. (1 + tanh(y)) / 2 is
 * σ(2y).
 */
export function geluKernel({ width, stride }: { width: number; stride: number }): Func {
  return func('gelu', ['i32', 'i32'], ([values, rows], scope) => {
    const [p, count] = scope.locals(2, 'i32') as [Local<'i32'>, Local<'i32'>];
    const [xs, ys] = [scope.locals(PAIR, 'v128'), scope.locals(PAIR, 'v128')];
    const temps = mathTemps(scope);
    const all = (value: number) => scope.hoist(f32x4.all(value));
    const twice = 2 * Math.sqrt(2 / Math.PI);
    /** ys = the results of the first n of xs */
    const compute = (n: number) => [
      ...xs.slice(0, n).flatMap((x, i) => {
        const y = ys[i]!;
        return [
          y.set(f32x4.mul(f32x4.mul(x.get, x.get), all(twice * 0.044715))),
          y.set(f32x4.mul(x.get, f32x4.add(y.get, all(twice)))),
        ];
      }),
      ...onEach(sigmoid, ys.slice(0, n), ys, temps, scope.hoist),
      ...ys.slice(0, n).map((y, i) => y.set(f32x4.mul(xs[i]!.get, y.get))),
    ];
    return [
      whileAtLeast(
        rows,
        1,
        p.set(values.get),
        ...strip(
          width,
          count,
          [p],
          (offsets) => [
            ...offsets.map((at, i) => xs[i]!.set(v128.load(p.get, at))),
            ...compute(offsets.length),
            ...offsets.map((at, i) => v128.store(p.get, ys[i]!.get, at)),
          ],
          (at) => [
            xs[0]!.set(v128.load32_splat(p.get, at)),
            ...compute(1),
            f32.store(p.get, f32x4.extract_lane(ys[0]!.get, 0), at),
          ],
          PAIR,
        ),
        advance(values, stride),
      ),
    ];
  });
}
