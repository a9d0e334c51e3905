import {
  advance,
  type Expr,
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
import { each } from './emit.ts';

export type DeltaRuleShape = {
  /** A multiple of 4. */
  keyDim: number;
  valueDim: number;
  /** Bytes between rows of q, k and v, of the gates, and of the output. */
  qkvRowStride: number;
  gateRowStride: number;
  outRowStride: number;
};

/** Value dimensions that go together: four sums of 256 bits, and a strip of the state that stays in the nearest cache. */
const STRIP_COLUMNS = 32;

/**
 * `deltaRule(state, q, k, v, decay, beta, out, rows)`: one value head over `rows` tokens. For every token
 *
 *   d = beta·(v − decay·Sᵀk);   S ← decay·S + k·dᵀ;   out = Sᵀq
 *
 * with S [keyDim][valueDim] cut into strips of columns, one after the other (see `stripWidths`). All tokens pass over a strip before the next one's turn. Sums are formed alike however many
 * tokens go together, so any split of a prompt gives the same bits.
 */
export function deltaRuleKernel({ keyDim, valueDim, qkvRowStride, gateRowStride, outRowStride }: DeltaRuleShape): Func {
  return func(
    'delta-rule',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    ([state, q, k, v, decay, beta, out, rows], { locals, local }) => {
      // Where the token at hand lies.
      const [tq, tk, tv, ta, tb, to] = locals(6, 'i32') as [L, L, L, L, L, L];
      // Where the walk along the keys is.
      const [qp, kp, sp] = locals(3, 'i32') as [L, L, L];
      const [left, count, strips] = locals(3, 'i32') as [L, L, L];
      const [sums, others, held] = [locals(8, 'v128'), locals(8, 'v128'), locals(8, 'v128')];
      const corrections = locals(8, 'v128');
      const [stays, share, key, query] = [local('v128'), local('v128'), local('v128'), local('v128')];

      /** A strip of so many columns, vectors of four or single numbers, over all tokens. */
      const strip = (columns: number): Statement[] => {
        const vectors = each(Math.ceil(columns / 4));
        const { load, store } = columns >= 4 ? ofVectors : ofNumbers;
        const stripRow = columns * 4;
        const stateRow = (row: number) => vectors.map((i) => held[i]!.set(load(sp.get, row * stripRow + i * 16)));
        const addTo = (sums: V[], factor: V) =>
          vectors.map((i) => sums[i]!.set(f32x4.relaxed_madd(held[i]!.get, factor.get, sums[i]!.get)));
        const clear = (sums: V[]) => vectors.map((i) => sums[i]!.set(v128.zero));

        const predict = [
          ...clear(sums),
          ...clear(others),
          sp.set(state.get),
          kp.set(tk.get),
          // Two sums for every column: one would have to wait for itself.
          ...repeat(
            count,
            keyDim / 2,
            ...[sums, others].flatMap((sums, row) => [
              key.set(v128.load32_splat(kp.get, row * 4)),
              ...stateRow(row),
              ...addTo(sums, key),
            ]),
            advance(kp, 8),
            advance(sp, 2 * stripRow),
          ),
        ];
        const correct = [
          ...vectors.map((i) => held[i]!.set(load(tv.get, i * 16))),
          ...vectors.map((i) => {
            const predicted = f32x4.mul(stays.get, f32x4.add(sums[i]!.get, others[i]!.get));
            return corrections[i]!.set(f32x4.mul(share.get, f32x4.sub(held[i]!.get, predicted)));
          }),
        ];
        const update = [
          ...clear(sums),
          sp.set(state.get),
          kp.set(tk.get),
          qp.set(tq.get),
          ...repeat(
            count,
            keyDim / 2,
            ...each(2).flatMap((row) => [
              key.set(v128.load32_splat(kp.get, row * 4)),
              query.set(v128.load32_splat(qp.get, row * 4)),
              ...stateRow(row),
              ...vectors.map((i) => held[i]!.set(f32x4.mul(held[i]!.get, stays.get))),
              ...vectors.map((i) => held[i]!.set(f32x4.relaxed_madd(corrections[i]!.get, key.get, held[i]!.get))),
              ...vectors.map((i) => store(sp.get, held[i]!.get, row * stripRow + i * 16)),
              ...addTo(sums, query),
            ]),
            advance(kp, 8),
            advance(qp, 8),
            advance(sp, 2 * stripRow),
          ),
          ...vectors.map((i) => store(to.get, sums[i]!.get, i * 16)),
        ];
        return [
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
            stays.set(v128.load32_splat(ta.get)),
            share.set(v128.load32_splat(tb.get)),
            ...predict,
            ...correct,
            ...update,
            ...[tq, tk, tv].map((p) => advance(p, qkvRowStride)),
            ...[ta, tb].map((p) => advance(p, gateRowStride)),
            advance(to, outRowStride),
          ),
          advance(state, keyDim * stripRow),
          advance(v, stripRow),
          advance(out, stripRow),
        ];
      };
      return stripWidths(valueDim).flatMap(({ columns, times }) =>
        times === 0 ? [] : repeat(strips, times, ...strip(columns)),
      );
    },
  );
}

type L = Local<'i32'>;
type V = Local<'v128'>;

const ofVectors = { load: v128.load, store: v128.store };
const ofNumbers = {
  load: v128.load32_splat,
  store: (at: Expr<'i32'>, x: Expr<'v128'>, offset: number) => f32.store(at, f32x4.extract_lane(x, 0), offset),
};

/** How `valueDim` columns are cut: into whole strips, then fours, then ones. The state of a strip is [keyDim][columns]. */
export function stripWidths(valueDim: number): { columns: number; times: number }[] {
  return [
    { columns: STRIP_COLUMNS, times: Math.floor(valueDim / STRIP_COLUMNS) },
    { columns: 4, times: Math.floor((valueDim % STRIP_COLUMNS) / 4) },
    { columns: 1, times: valueDim % 4 },
  ];
}
