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
import { each, sumLanes } from './emit.ts';

export type DeltaRuleShape = {
  /** A multiple of 4. */
  keyDim: number;
  valueDim: number;
  /** Bytes between rows of q, k and v, of the gates, and of the output. */
  qkvRowStride: number;
  gateRowStride: number;
  outRowStride: number;
};

/**
 * `deltaRule(state, q, k, v, decay, beta, out, rows)`: one value head over `rows` tokens. The state is transposed,
 * [valueDim][keyDim]; for every row S_j of it and every token
 *
 *   d = beta·(v_j − decay·S_j·k);   S_j ← decay·S_j + d·k;   out_j = S_j·q
 *
 * A few state rows stay in cache while all tokens pass over them. The sums of a row are formed alike however many
 * rows or tokens go together, so any split of a prompt gives the same bits.
 */
export function deltaRuleKernel({ keyDim, valueDim, qkvRowStride, gateRowStride, outRowStride }: DeltaRuleShape): Func {
  const rowBytes = keyDim * 4;
  return func(
    'delta-rule',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    ([state, q, k, v, decay, beta, out, rows], scope) => {
      const { locals, local } = scope;
      // Where the token at hand lies.
      const [tq, tk, tv, ta, tb, to] = locals(6, 'i32') as [L, L, L, L, L, L];
      // Where the walk along a row is.
      const [qp, kp, sp] = locals(3, 'i32') as [L, L, L];
      const [left, count, channels] = locals(3, 'i32') as [L, L, L];
      const [key, query, changed] = [locals(2, 'v128'), locals(2, 'v128'), locals(2, 'v128')];
      const sums = each(2).map(() => locals(2, 'v128'));
      const corrections = locals(2, 'v128');
      const [stays, total] = [local('v128'), local('v128')];
      const lanes = each(keyDim % 8 === 0 ? 2 : 1);

      /** Walks along the rows of the state, and k and q beside them. */
      const walk = (...body: Statement[]): Statement[] => [
        sp.set(state.get),
        kp.set(tk.get),
        qp.set(tq.get),
        ...repeat(
          count,
          keyDim / (4 * lanes.length),
          ...lanes.map((l) => key[l]!.set(v128.load(kp.get, l * 16))),
          ...body,
          ...[sp, kp, qp].map((p) => advance(p, lanes.length * 16)),
        ),
      ];
      const clear = () => sums.flatMap((pair) => pair.map((sum) => sum.set(v128.zero)));
      const totalOf = (r: number) => sumLanes(f32x4.add(sums[r]![0]!.get, sums[r]![1]!.get), total);
      const addTo = (r: number, l: number, a: Local<'v128'>, b: Local<'v128'>) =>
        sums[r]![l]!.set(f32x4.relaxed_madd(a.get, b.get, sums[r]![l]!.get));

      /** One token over `n` neighbouring rows of the state. */
      const onToken = (n: number): Statement[] => [
        stays.set(v128.load32_splat(ta.get)),
        ...clear(),
        ...walk(
          ...each(n).flatMap((r) => [
            ...lanes.map((l) => changed[l]!.set(v128.load(sp.get, r * rowBytes + l * 16))),
            ...lanes.map((l) => addTo(r, l, changed[l]!, key[l]!)),
          ]),
        ),
        ...each(n).flatMap((r) => {
          const predicted = totalOf(r);
          const missing = f32x4.sub(v128.load32_splat(tv.get, r * 4), f32x4.mul(stays.get, predicted.sum));
          return [...predicted.before, corrections[r]!.set(f32x4.mul(v128.load32_splat(tb.get), missing))];
        }),
        ...clear(),
        ...walk(
          ...lanes.map((l) => query[l]!.set(v128.load(qp.get, l * 16))),
          ...each(n).flatMap((r) => [
            ...lanes.map((l) => changed[l]!.set(v128.load(sp.get, r * rowBytes + l * 16))),
            ...lanes.map((l) => changed[l]!.set(f32x4.mul(changed[l]!.get, stays.get))),
            ...lanes.map((l) => changed[l]!.set(f32x4.relaxed_madd(corrections[r]!.get, key[l]!.get, changed[l]!.get))),
            ...lanes.map((l) => v128.store(sp.get, changed[l]!.get, r * rowBytes + l * 16)),
            ...lanes.map((l) => addTo(r, l, changed[l]!, query[l]!)),
          ]),
        ),
        ...each(n).flatMap((r) => {
          const answer = totalOf(r);
          return [...answer.before, f32.store(to.get, f32x4.extract_lane(answer.sum, 0), r * 4)];
        }),
      ];

      /** All tokens over `n` rows of the state. */
      const pass = (n: number): Statement[] => [
        tq.set(q.get),
        tk.set(k.get),
        tv.set(v.get),
        ta.set(decay.get),
        tb.set(beta.get),
        to.set(out.get),
        left.set(rows.get),
        whileAtLeast(
          left,
          1,
          ...onToken(n),
          ...[tq, tk, tv].map((p) => advance(p, qkvRowStride)),
          ...[ta, tb].map((p) => advance(p, gateRowStride)),
          advance(to, outRowStride),
        ),
        advance(state, n * rowBytes),
        advance(v, n * 4),
        advance(out, n * 4),
      ];
      return [...repeat(channels, Math.floor(valueDim / 2), ...pass(2)), ...(valueDim % 2 ? pass(1) : [])];
    },
  );
}

type L = Local<'i32'>;
