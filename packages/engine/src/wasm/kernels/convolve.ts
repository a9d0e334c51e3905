import { advance, type Func, f32x4, func, type Local, type Statement, v128, whileAtLeast } from '../assembler/index.ts';
import { each } from './emit.ts';
import { mathTemps, onEach, silu } from './math.ts';

export type ConvolveShape = {
  taps: number;
  /** Bytes between rows of x, of the state, and of the weights. */
  rowStride: number;
  stateStride: number;
  weightStride: number;
};

/** Rows that go together: each channel's weights and history are read once for them, and rows are read from front to back. */
const BLOCK_ROWS = 4;

/**
 * `convolve(x, state, weights, channels, rows)`: a causal depthwise convolution over rows, then silu, in place on
 * `channels` channels (a multiple of 4) of `rows` ≥ 1 rows. The state holds the taps − 1 raw inputs before, oldest first,
 * and is moved on; weights are [taps][channels], the last tap meets the row itself.
 */
export function convolveKernel({ taps, rowStride, stateStride, weightStride }: ConvolveShape): Func {
  return func('convolve', ['i32', 'i32', 'i32', 'i32', 'i32'], ([x, state, weights, channels, rows], scope) => {
    const [row, past, weight, left] = scope.locals(4, 'i32') as [L, L, L, L];
    const temps = mathTemps(scope);
    const pair = each(2);
    /** The inputs before the block and those of the block, in their order: of two neighbouring vectors of channels. */
    const inputs = each(taps - 1 + BLOCK_ROWS).map(() => scope.locals(2, 'v128'));
    const factors = each(taps).map(() => scope.locals(2, 'v128'));
    const sums = each(BLOCK_ROWS).map(() => scope.locals(2, 'v128'));

    /** `count` rows of `vectors` ≤ 2 neighbouring vectors of channels. */
    const cell = (count: number, vectors: number): Statement[] => {
      const all = pair.slice(0, vectors);
      return [
        ...each(taps - 1).flatMap((t) =>
          all.map((v) => inputs[t]![v]!.set(v128.load(past.get, t * stateStride + v * 16))),
        ),
        ...each(count).flatMap((r) =>
          all.map((v) => inputs[taps - 1 + r]![v]!.set(v128.load(row.get, r * rowStride + v * 16))),
        ),
        ...each(taps).flatMap((t) =>
          all.map((v) => factors[t]![v]!.set(v128.load(weight.get, t * weightStride + v * 16))),
        ),
        ...each(count).flatMap((r) => [
          ...all.flatMap((v) => {
            const sum = sums[r]![v]!;
            return [
              sum.set(f32x4.mul(inputs[r + taps - 1]![v]!.get, factors[taps - 1]![v]!.get)),
              ...each(taps - 1).map((t) =>
                sum.set(f32x4.relaxed_madd(inputs[r + t]![v]!.get, factors[t]![v]!.get, sum.get)),
              ),
            ];
          }),
          ...onEach(silu, sums[r]!.slice(0, vectors), sums[r]!, temps, scope.hoist),
          ...all.map((v) => v128.store(row.get, sums[r]![v]!.get, r * rowStride + v * 16)),
        ]),
        ...each(taps - 1).flatMap((t) =>
          all.map((v) => v128.store(past.get, inputs[count + t]![v]!.get, t * stateStride + v * 16)),
        ),
        ...[row, past, weight].map((p) => advance(p, vectors * 16)),
      ];
    };
    const block = (count: number): Statement =>
      whileAtLeast(
        rows,
        count,
        row.set(x.get),
        past.set(state.get),
        weight.set(weights.get),
        left.set(channels.get),
        whileAtLeast(left, 8, ...cell(count, 2)),
        whileAtLeast(left, 4, ...cell(count, 1)),
        advance(x, count * rowStride),
      );
    return [block(BLOCK_ROWS), block(1)];
  });
}

type L = Local<'i32'>;
