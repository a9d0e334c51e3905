import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { mathTemps, sigmoid } from './math.ts';
import { strip } from './strip.ts';

/**
 * `gelu(values, rows)`: x ← x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2 in place, row by row. (1 + tanh(y)) / 2 is
 * σ(2y).
 */
export function geluKernel({ width, stride }: { width: number; stride: number }): Func {
  return func('gelu', ['i32', 'i32'], ([values, rows], scope) => {
    const [p, count] = scope.locals(2, 'i32') as [Local<'i32'>, Local<'i32'>];
    const [x, y] = scope.locals(2, 'v128') as [Local<'v128'>, Local<'v128'>];
    const all = (value: number) => scope.hoist(f32x4.all(value));
    const twice = 2 * Math.sqrt(2 / Math.PI);
    const share = sigmoid(y.get, mathTemps(scope), scope.hoist);
    const computed = [
      y.set(f32x4.mul(f32x4.mul(x.get, x.get), all(twice * 0.044715))),
      y.set(f32x4.mul(x.get, f32x4.add(y.get, all(twice)))),
      ...share.before,
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
          (at) => [x.set(v128.load(p.get, at)), ...computed, v128.store(p.get, f32x4.mul(x.get, share.value), at)],
          (at) => [
            x.set(v128.load32_splat(p.get, at)),
            ...computed,
            f32.store(p.get, f32x4.extract_lane(f32x4.mul(x.get, share.value), 0), at),
          ],
          2,
        ),
        advance(values, stride),
      ),
    ];
  });
}
