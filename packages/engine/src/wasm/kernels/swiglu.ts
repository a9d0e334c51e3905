import { advance, type Func, f32, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { mathTemps, onEach, silu } from './math.ts';
import { PAIR, strip } from './strip.ts';

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
    const [gates, ups] = [scope.locals(PAIR, 'v128'), scope.locals(PAIR, 'v128')];
    const temps = mathTemps(scope);
    const activate = (n: number) => onEach(silu, gates.slice(0, n), gates, temps, scope.hoist);
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
          (offsets) => [
            ...offsets.map((at, i) => gates[i]!.set(v128.load(g.get, at))),
            ...offsets.map((at, i) => ups[i]!.set(v128.load(u.get, at))),
            ...activate(offsets.length),
            ...offsets.map((at, i) => v128.store(o.get, f32x4.mul(gates[i]!.get, ups[i]!.get), at)),
          ],
          (at) => [
            gates[0]!.set(v128.load32_splat(g.get, at)),
            ...activate(1),
            f32.store(o.get, f32.mul(f32x4.extract_lane(gates[0]!.get, 0), f32.load(u.get, at)), at),
          ],
          PAIR,
        ),
        advance(gate, gateStride),
        advance(up, upStride),
        advance(out, outStride),
      ),
    ];
  });
}

type L = Local<'i32'>;
