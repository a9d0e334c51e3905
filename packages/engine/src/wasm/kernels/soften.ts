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
import { each, rotate, sumLanes } from './emit.ts';
import { exp, mathTemps } from './math.ts';

export type SoftenShape = {
  /** Scores in a row; a multiple of 16. */
  keys: number;
  /** Numbers in a row of the sums; a multiple of 16. */
  width: number;
};

/** What a row has met so far: its highest score, and the total of its shares. In f32, in a row of 16 bytes. */
export const SOFTEN_STATE_BYTES = 16;

/**
 * `soften(scores, sums, state, rows)`: takes one block of scores into a softmax that goes on. Per row: with the highest
 * score m met so far, scores become shares e^(score − m); what was summed and totalled before is scaled down by what m
 * has risen; the shares are totalled. Whoever calls adds shares · values to the sums. Rows are neighbours: scores `keys`,
 * sums `width` numbers apart.
 */
export function softenKernel({ keys, width }: SoftenShape): Func {
  return func('soften', ['i32', 'i32', 'i32', 'i32'], ([scores, sums, state, rows], scope) => {
    const [p, count] = scope.locals(2, 'i32') as [Local<'i32'>, Local<'i32'>];
    const most = scope.locals(4, 'v128');
    const [highest, total, x, temp] = scope.locals(4, 'v128') as [V, V, V, V];
    const keep = scope.local('v128');
    const temps = mathTemps(scope);
    const share = exp(x.get, temps, scope.hoist);
    const total4 = scope.locals(2, 'v128');
    const RUN = 4;
    const runs = (body: (at: number, i: number) => Statement[]): Statement[] => [
      p.set(scores.get),
      ...repeat(count, keys / 16, ...each(RUN).flatMap((i) => body(i * 16, i)), advance(p, RUN * 16)),
    ];
    const summed = sumLanes(f32x4.add(total4[0]!.get, total4[1]!.get), temp);
    return [
      whileAtLeast(
        rows,
        1,
        highest.set(v128.load32_splat(state.get, 0)),
        ...most.map((m) => m.set(highest.get)),
        ...runs((at, i) => [most[i]!.set(f32x4.max(most[i]!.get, v128.load(p.get, at)))]),
        temp.set(f32x4.max(f32x4.max(most[0]!.get, most[1]!.get), f32x4.max(most[2]!.get, most[3]!.get))),
        temp.set(f32x4.max(temp.get, rotate(temp, 8))),
        temp.set(f32x4.max(temp.get, rotate(temp, 4))),
        x.set(f32x4.sub(highest.get, temp.get)),
        highest.set(temp.get),
        ...share.before,
        keep.set(share.value),
        ...total4.map((t) => t.set(v128.zero)),
        ...runs((at, i) => [
          x.set(f32x4.sub(v128.load(p.get, at), highest.get)),
          ...share.before,
          x.set(share.value),
          v128.store(p.get, x.get, at),
          total4[i % 2]!.set(f32x4.add(total4[i % 2]!.get, x.get)),
        ]),
        ...summed.before,
        total.set(f32x4.add(f32x4.mul(v128.load32_splat(state.get, 4), keep.get), summed.sum)),
        f32.store(state.get, f32x4.extract_lane(highest.get, 0)),
        f32.store(state.get, f32x4.extract_lane(total.get, 0), 4),
        p.set(sums.get),
        ...repeat(
          count,
          width / 16,
          ...each(4).map((v) => v128.store(p.get, f32x4.mul(v128.load(p.get, v * 16), keep.get), v * 16)),
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
