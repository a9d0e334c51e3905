import { advance, type Func, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { each } from './emit.ts';
import { mathTemps, silu } from './math.ts';

export type ConvolveShape = {
  taps: number;
  /** Bytes between rows of x, of the state, and of the weights. */
  rowStride: number;
  stateStride: number;
  weightStride: number;
};

/**
 * `convolve(x, state, weights, channels, rows)`: a causal depthwise convolution over rows, then silu, in place on
 * `channels` channels (a multiple of 4) of `rows` ≥ 1 rows. The state holds the taps − 1 raw inputs before, oldest first,
 * and is moved on; weights are [taps][channels], the last tap meets the row itself.
 */
export function convolveKernel({ taps, rowStride, stateStride, weightStride }: ConvolveShape): Func {
  return func('convolve', ['i32', 'i32', 'i32', 'i32', 'i32'], ([x, state, weights, channels, rows], scope) => {
    const [row, left] = scope.locals(2, 'i32') as [Local<'i32'>, Local<'i32'>];
    const temps = mathTemps(scope);
    const vectors = 2;
    const history = each(vectors).map(() => scope.locals(taps - 1, 'v128'));
    const weight = each(vectors).map(() => scope.locals(taps, 'v128'));
    const input = scope.locals(vectors, 'v128');
    const sum = scope.locals(vectors, 'v128');
    /** All rows of `count` neighbouring vectors of channels. */
    const strand = (count: number) => {
      const all = each(count);
      const onRow = all.flatMap((v) => [
        input[v]!.set(v128.load(row.get, v * 16)),
        sum[v]!.set(f32x4.mul(input[v]!.get, weight[v]![taps - 1]!.get)),
        ...each(taps - 1).map((t) =>
          sum[v]!.set(f32x4.relaxed_madd(history[v]![t]!.get, weight[v]![t]!.get, sum[v]!.get)),
        ),
        ...each(taps - 1).map((t) => history[v]![t]!.set(t === taps - 2 ? input[v]!.get : history[v]![t + 1]!.get)),
      ]);
      const activate = all.flatMap((v) => {
        const activated = silu(sum[v]!.get, temps, scope.hoist);
        return [...activated.before, v128.store(row.get, activated.value, v * 16)];
      });
      return [
        ...all.flatMap((v) => weight[v]!.map((w, t) => w.set(v128.load(weights.get, t * weightStride + v * 16)))),
        ...all.flatMap((v) => history[v]!.map((h, t) => h.set(v128.load(state.get, t * stateStride + v * 16)))),
        row.set(x.get),
        left.set(rows.get),
        whileAtLeast(left, 1, ...onRow, ...activate, advance(row, rowStride)),
        ...all.flatMap((v) => history[v]!.map((h, t) => v128.store(state.get, h.get, t * stateStride + v * 16))),
        ...[x, state, weights].map((p) => advance(p, count * 16)),
      ];
    };
    return [whileAtLeast(channels, 8, ...strand(2)), whileAtLeast(channels, 4, ...strand(1))];
  });
}
