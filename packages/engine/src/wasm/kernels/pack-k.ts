import type { BlockFormat } from '../../checkpoint/blocks/block-format.ts';
import { q4_k, q5_k } from '../../checkpoint/blocks/q4-q5-k.ts';
import { q6_k } from '../../checkpoint/blocks/q6-k.ts';
import {
  advance,
  type Expr,
  type Func,
  func,
  i8x16,
  i32,
  i32x4,
  type Local,
  repeat,
  type Scope,
  type Statement,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import {
  BLOCK,
  type BlockPanelFormat,
  blockOffset,
  codesOffset,
  PANEL_ROWS,
  panelBytes,
  panelFormat,
  scaleBytes,
} from '../panels/panel-format.ts';
import { each } from './emit.ts';
import { transpose, units } from './transpose.ts';

/** Rows whose codes turn together: as many as a vector has words. */
const TURNED = 4;
/** Bytes of a panel from one word of a row to the next. */
const WORDS = PANEL_ROWS * 4;

/** What a format says about 256 neighbouring weights of a row, which begin at an address. */
type SpanLayout = {
  /** Stores the units of row `r`. */
  units(row: Expr<'i32'>, out: Expr<'i32'>, r: number): Statement[];
  /** Gathers its scales, then minima if any, in the order of the groups: 16 bytes in all. */
  scales(
    row: Expr<'i32'>,
    into: Local<'v128'>,
    temps: [Local<'v128'>, Local<'v128'>, Local<'v128'>],
    hoist: Scope['hoist'],
  ): Statement[];
  /** Stores the codes of four rows: `store(block, word, value)` takes the word of each. */
  codes(
    rows: Local<'i32'>[],
    store: (block: number, word: number, value: Expr<'v128'>) => Statement,
    vectors: Local<'v128'>[],
    hoist: Scope['hoist'],
  ): Statement[];
};

/** The front of Q4_K and Q5_K: d and dmin, which counts downwards, then three words of packed scales and minima. */
const PACKED_SCALES: Pick<SpanLayout, 'units' | 'scales'> = {
  units: (row, out, r) => [
    i32.store16(out, i32.load16_u(row), r * 2),
    i32.store16(out, i32.add(i32.load16_u(row, 2), i32.const(0x8000)), (PANEL_ROWS + r) * 2),
  ],
  scales: (row, into, [low, high, third], hoist) => [
    into.set(v128.load(row)),
    low.set(v128.and(into.get, hoist(i8x16.all(0x3f)))),
    high.set(v128.and(i32x4.shr_u(into.get, i32.const(2)), hoist(i8x16.all(0x30)))),
    third.set(v128.and(i32x4.shr_u(into.get, i32.const(4)), hoist(i8x16.all(15)))),
    into.set(v128.and(into.get, hoist(i8x16.all(15)))),
    // Of the third word, low nibbles belong to the last four scales, high ones to the last four minima.
    high.set(v128.or(high.get, i8x16.shuffle(into.get, third.get, units(4, [0, 3, 7, 4])))),
    into.set(i8x16.shuffle(low.get, high.get, units(4, [1, 5, 2, 6]))),
  ],
};

/** Nibbles of eight blocks from byte `at` on: each 32 bytes hold two blocks. */
const nibblePairs =
  (at: number): SpanLayout['codes'] =>
  (rows, store, vectors, hoist) =>
    each(4).flatMap((pair) => [
      ...quarters(rows, at + pair * 32, vectors.slice(0, 4), vectors.slice(8)),
      ...quarters(rows, at + pair * 32 + 16, vectors.slice(4, 8), vectors.slice(8)),
      ...nibbleWords(vectors, hoist).flatMap(([low, high], word) => [
        store(2 * pair, word, low),
        store(2 * pair + 1, word, high),
      ]),
    ]);

/** Packs rows of Q4_K into q4 panels: see `PACK_KERNELS`. */
export const packQ4K = (): Func => packSpans(q4_k, { ...PACKED_SCALES, codes: nibblePairs(16) });

/** Packs rows of Q5_K into q6 panels: see `PACK_KERNELS`. */
export const packQ5K = (): Func =>
  packSpans(q5_k, {
    ...PACKED_SCALES,
    codes: (rows, store, vectors, hoist) => [
      ...nibblePairs(48)(rows, store, vectors, hoist),
      // Bit b of a byte is the fifth of block b.
      ...each(2).flatMap((word) => [
        ...quarters(rows, 16 + word * 16, vectors.slice(0, 4), vectors.slice(8)),
        ...each(8).map((b) => store(b, 4 + word, gatherBits(vectors.slice(0, 4), b, 1, hoist))),
      ]),
    ],
  });

/** Packs rows of Q6_K into q6 panels: see `PACK_KERNELS`. */
export const packQ6K = (): Func =>
  packSpans(q6_k, {
    units: (row, out, r) => [i32.store16(out, i32.load16_u(row, 208), r * 2)],
    scales: (row, into) => [into.set(v128.load(row, 192))],
    codes: (rows, store, vectors, hoist) =>
      each(2).flatMap((half) => [
        ...each(2).flatMap((odd) => [
          ...quarters(rows, half * 64 + odd * 32, vectors.slice(0, 4), vectors.slice(8)),
          ...quarters(rows, half * 64 + odd * 32 + 16, vectors.slice(4, 8), vectors.slice(8)),
          ...nibbleWords(vectors, hoist).flatMap(([low, high], word) => [
            store(half * 4 + odd, word, low),
            store(half * 4 + odd + 2, word, high),
          ]),
        ]),
        // Bit pair t of a byte belongs to block t.
        ...each(2).flatMap((word) => [
          ...quarters(rows, 128 + half * 32 + word * 16, vectors.slice(0, 4), vectors.slice(8)),
          ...each(4).map((t) => store(half * 4 + t, 4 + word, gatherBits(vectors.slice(0, 4), 2 * t, 2, hoist))),
        ]),
      ]),
  });

/** Goes through spans of 256 columns of 16 rows: their units, scales and minima, then their codes, four rows at a time. */
function packSpans({ encoding, weights, bytes }: BlockFormat, { units, scales, codes }: SpanLayout): Func {
  const format = panelFormat(encoding) as BlockPanelFormat;
  const perBlock = BLOCK / format.group;
  const scaleCount = (weights / BLOCK) * perBlock;
  /** Where the n-th of the scales and minima of all rows goes. */
  const scaleOffset = (n: number) => {
    const group = n % scaleCount;
    const minimum = n < scaleCount ? 0 : scaleBytes(format);
    return blockOffset(format, Math.floor(group / perBlock)) + minimum + (group % perBlock) * PANEL_ROWS;
  };
  const params = ['i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return func('pack', params, ([input, out, panels, blocks, rowBytes], { local, locals, hoist }) => {
    const [span, at, to, left, groups] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')];
    const rows = locals(TURNED, 'i32');
    const vectors = locals(32, 'v128');
    const nextRow = at.set(i32.add(at.get, rowBytes.get));
    const { turn, turned } = transpose(vectors.slice(0, 16), vectors.slice(16));
    const store = (block: number, word: number, value: Expr<'v128'>) =>
      v128.store(to.get, value, blockOffset(format, block) + codesOffset(format) + word * WORDS);
    return [
      whileAtLeast(
        panels,
        1,
        span.set(input.get),
        left.set(blocks.get),
        whileAtLeast(
          left,
          weights / BLOCK,
          at.set(span.get),
          ...each(PANEL_ROWS).flatMap((r) => [
            ...units(at.get, out.get, r),
            ...scales(at.get, vectors[r]!, [vectors[16]!, vectors[17]!, vectors[18]!], hoist),
            nextRow,
          ]),
          ...turn,
          ...turned.map((ofAllRows, n) => v128.store(out.get, ofAllRows, scaleOffset(n))),
          at.set(span.get),
          to.set(out.get),
          ...repeat(
            groups,
            PANEL_ROWS / TURNED,
            ...rows.flatMap((row) => [row.set(at.get), nextRow]),
            ...codes(rows, store, vectors, hoist),
            advance(to, TURNED * 4),
          ),
          advance(out, panelBytes(format, weights)),
          advance(span, bytes),
        ),
        input.set(i32.add(input.get, i32.mul(rowBytes.get, i32.const(PANEL_ROWS)))),
      ),
    ];
  });
}

/** Sixteen bytes of four rows, turned: vector i gets the i-th four of every row. */
function quarters(rows: Local<'i32'>[], offset: number, into: Local<'v128'>[], spare: Local<'v128'>[]): Statement[] {
  const { turn, turned } = transpose(into, spare.slice(0, 4));
  return [
    ...into.map((vector, i) => vector.set(v128.load(rows[i]!.get, offset))),
    ...turn,
    ...into.map((vector, i) => vector.set(turned[i]!)),
  ];
}

/**
 * Eight vectors of four bytes a row hold 32 codes in their low nibbles and 32 in the high ones. Of either, each four share
 * a word of the panel with the four that follow.
 */
function nibbleWords(vectors: Local<'v128'>[], hoist: Scope['hoist']): [low: Expr<'v128'>, high: Expr<'v128'>][] {
  const lows = hoist(i8x16.all(15));
  const highs = hoist(i8x16.all(0xf0));
  return each(4).map((word) => {
    const [first, next] = [vectors[2 * word]!.get, vectors[2 * word + 1]!.get];
    return [
      v128.or(v128.and(first, lows), i32x4.shl(v128.and(next, lows), i32.const(4))),
      v128.or(v128.and(i32x4.shr_u(first, i32.const(4)), lows), v128.and(next, highs)),
    ];
  });
}

/** `width` bits from bit `from` on of every byte of four vectors: those of vector i go to bit 2i, as q6 panels want them. */
function gatherBits(vectors: Local<'v128'>[], from: number, width: 1 | 2, hoist: Scope['hoist']): Expr<'v128'> {
  return vectors
    .map(({ get }, i) => {
      const up = 2 * i - from;
      const moved = up < 0 ? i32x4.shr_u(get, i32.const(-up)) : up > 0 ? i32x4.shl(get, i32.const(up)) : get;
      return v128.and(moved, hoist(i8x16.all(((1 << width) - 1) << (2 * i))));
    })
    .reduce((a, b) => v128.or(a, b));
}
