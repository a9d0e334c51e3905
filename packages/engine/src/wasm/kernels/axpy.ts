import { advance, type Func, f32, f32x4, func, repeat, v128 } from '../assembler/index.ts';

/** `axpy(x, y, scale)`: y += scale · x over `width` numbers. */
export function axpyKernel({ width }: { width: number }): Func {
  return func('axpy', ['i32', 'i32', 'f32'], ([x, y, scale], { local }) => {
    const count = local('i32');
    const factor = local('v128');
    const vector = v128.store(y.get, f32x4.add(v128.load(y.get), f32x4.mul(factor.get, v128.load(x.get))));
    const tail = Array.from({ length: width % 4 }, (_, i) =>
      f32.store(y.get, f32.add(f32.load(y.get, i * 4), f32.mul(scale.get, f32.load(x.get, i * 4))), i * 4),
    );
    return [
      factor.set(f32x4.splat(scale.get)),
      ...repeat(count, Math.floor(width / 4), vector, advance(x, 16), advance(y, 16)),
      ...tail,
    ];
  });
}
