import {
  advance,
  type Func,
  f32,
  f32x4,
  func,
  type Local,
  repeat,
  type Statement,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import { rotate, sumLanes } from './emit.ts';
import { exp2, mathTemps } from './math.ts';

export type SoftenShape = {
  /** Scores in a row, as powers of 2; a multiple of 16. */
  keys: number;
  /** Numbers in a row of the sums; a multiple of 16. */
  width: number;
};

/** What a row has met so far: its highest score, and the total of its shares. In f32, in a row of 16 bytes. */
export const SOFTEN_STATE_BYTES = 16;

/**
 * `soften(scores, sums, state, rows)`: takes one block of scores into a softmax that goes on. Per row: with the highest
 * score m met so far, scores become shares 2^(score − m); what was summed and totalled before is scaled down by what m
 * has risen; the shares are totalled. Whoever calls adds shares · values to the sums. Rows are neighbours: scores `keys`,
 * sums `width` numbers apart.
 */
export function softenKernel({ keys, width }: SoftenShape): Func {
  return func('soften', ['i32', 'i32', 'i32', 'i32'], ([scores, sums, state, rows], scope) => {
    const [p, count] = scope.locals(2, 'i32') as [Local<'i32'>, Local<'i32'>];
    const most = scope.locals(4, 'v128');
    const [highest, temp, keep] = scope.locals(3, 'v128') as [V, V, V];
    const values = scope.locals(2, 'v128');
    const shares = values.map((x) => exp2(x.get, mathTemps(scope), scope.hoist));
    const totals = scope.locals(2, 'v128');
    const held = scope.locals(4, 'v128');
    const walk = (...body: Statement[]): Statement[] => [
      p.set(scores.get),
      ...repeat(count, keys / 16, ...body, advance(p, 64)),
    ];
    const summed = sumLanes(f32x4.add(totals[0]!.get, totals[1]!.get), temp);
    return [
      whileAtLeast(
        rows,
        1,
        highest.set(v128.load32_splat(state.get, 0)),
        ...most.map((m) => m.set(highest.get)),
        ...walk(...most.map((m, i) => m.set(f32x4.pmax(m.get, v128.load(p.get, i * 16))))),
        temp.set(f32x4.pmax(f32x4.pmax(most[0]!.get, most[1]!.get), f32x4.pmax(most[2]!.get, most[3]!.get))),
        temp.set(f32x4.pmax(temp.get, rotate(temp, 8))),
        temp.set(f32x4.pmax(temp.get, rotate(temp, 4))),
        values[0]!.set(f32x4.sub(highest.get, temp.get)),
        highest.set(temp.get),
        ...shares[0]!.before,
        keep.set(shares[0]!.value),
        ...totals.map((total) => total.set(v128.zero)),
        // In pairs, each store next to the other: so V8 fuses them.
        ...walk(
          ...[0, 32].flatMap((at) => [
            ...values.map((x, i) => x.set(f32x4.sub(v128.load(p.get, at + i * 16), highest.get))),
            ...shares.flatMap(({ before }) => before),
            ...values.map((x, i) => x.set(shares[i]!.value)),
            ...values.map((x, i) => v128.store(p.get, x.get, at + i * 16)),
            ...totals.map((total, i) => total.set(f32x4.add(total.get, values[i]!.get))),
          ]),
        ),
        ...summed.before,
        temp.set(f32x4.add(f32x4.mul(v128.load32_splat(state.get, 4), keep.get), summed.sum)),
        f32.store(state.get, f32x4.extract_lane(highest.get, 0)),
        f32.store(state.get, f32x4.extract_lane(temp.get, 0), 4),
        p.set(sums.get),
        ...repeat(
          count,
          width / 16,
          ...held.map((h, v) => h.set(f32x4.mul(v128.load(p.get, v * 16), keep.get))),
          ...held.map((h, v) => v128.store(p.get, h.get, v * 16)),
          advance(p, 64),
        ),
        advance(scores, keys * 4),
        advance(sums, width * 4),
        advance(state, SOFTEN_STATE_BYTES),
      ),
    ];
  });
}

type V = Local<'v128'>;
