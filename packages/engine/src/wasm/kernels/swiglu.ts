import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { mathTemps, silu } from './math.ts';
import { strip } from './strip.ts';

export type SwigluShape = {
  width: number;
  /** Bytes between rows. */
  gateStride: number;
  upStride: number;
  outStride: number;
};

/** `swiglu(gate, up, out, rows)`: out = silu(gate) ⊙ up, row by row. `out` may be either input. */
export function swigluKernel({ width, gateStride, upStride, outStride }: SwigluShape): Func {
  return func('swiglu', ['i32', 'i32', 'i32', 'i32'], ([gate, up, out, rows], scope) => {
    const [g, u, o, count] = scope.locals(4, 'i32') as [L, L, L, L];
    const x = scope.local('v128');
    const activated = silu(x.get, mathTemps(scope), scope.hoist);
    return [
      whileAtLeast(
        rows,
        1,
        g.set(gate.get),
        u.set(up.get),
        o.set(out.get),
        ...strip(
          width,
          count,
          [g, u, o],
          (at) => [
            x.set(v128.load(g.get, at)),
            ...activated.before,
            v128.store(o.get, f32x4.mul(activated.value, v128.load(u.get, at)), at),
          ],
          (at) => [
            x.set(v128.load32_splat(g.get, at)),
            ...activated.before,
            f32.store(o.get, f32.mul(f32x4.extract_lane(activated.value, 0), f32.load(u.get, at)), at),
          ],
          2,
        ),
        advance(gate, gateStride),
        advance(up, upStride),
        advance(out, outStride),
      ),
    ];
  });
}

type L = Local<'i32'>;
