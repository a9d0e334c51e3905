import {
  advance,
  type Expr,
  type Func,
  f32x4,
  func,
  i8x16,
  i16x8,
  i32,
  i32x4,
  type Local,
  type Scope,
  type Statement,
  v128,
} from '../assembler/index.ts';
import {
  BLOCK,
  type BlockPanelFormat,
  codesOffset,
  isBlockPanel,
  type PanelFormat,
  panelBytes,
} from '../panels/panel-format.ts';
import { type BlockScales, blockScales } from './block-scales.ts';
import { each, nibbles, plus } from './emit.ts';
import { gemmLoop } from './gemm-loop.ts';
import { quantizedRow } from './quantize.ts';

export type GemmI8Shape = {
  /** A block format; u8 only with `unsignedDots`. */
  format: PanelFormat;
  columns: number;
  /** Bytes between rows of the output. */
  outStride: number;
  /** Adds to what the output holds instead of replacing it. */
  add: boolean;
  /** Whether the machine's dot product of bytes takes 0..255 on one side (see self-test.ts): one instruction for four k. */
  unsignedDots: boolean;
};

/**
 * `gemm(x, w, out, rows, panels)`: like gemm-f32, for rows that were rounded to 8 bits (see quantize.ts) and weights of
 * a block format. Products within a group of codes are summed exactly, then scaled:
 *
 *   out += Σ_group scale · xScale · Σ (code − zero)·x + min · xScale · Σx
 */
export function gemmI8Kernel({ format, columns, outStride, add, unsignedDots }: GemmI8Shape): Func {
  if (!isBlockPanel(format)) throw new TypeError(`${format.kind} panels have no integer kernel`);
  const row = quantizedRow(columns);
  return func('gemm-i8', ['i32', 'i32', 'i32', 'i32', 'i32'], ([x, w, out, rows, panels], scope) => {
    const [xTile, outTile, left] = scope.locals(3, 'i32') as [Local<'i32'>, Local<'i32'>, Local<'i32'>];
    const [codes, scales, sums, wp] = scope.locals(4, 'i32') as [L, L, L, L];
    const held = scope.locals(4, 'v128');
    const arithmetic = arithmeticOf(format, unsignedDots, scope);
    const weightScales = blockScales(format, wp, scope);
    const emit = blockEmitter(format, arithmetic, weightScales, scope, { codes, scales, sums, wp, held }, row.bytes);
    const tile = (tileRows: number): Statement[] => {
      // One row leaves registers for its outputs; those of more rows stay in memory and are added to block by block.
      const inRegisters = tileRows === 1;
      const outAt = (r: number) => r * outStride;
      const begin = inRegisters
        ? held.map((h, v) => h.set(add ? v128.load(outTile.get, v * 16) : v128.zero))
        : each(add ? 0 : tileRows * 4).map((i) => v128.store(outTile.get, v128.zero, outAt(i >> 2) + (i & 3) * 16));
      const block = emit(tileRows, {
        before: (r) => (inRegisters ? [] : held.map((h, v) => h.set(v128.load(outTile.get, outAt(r) + v * 16)))),
        after: (r) => (inRegisters ? [] : held.map((h, v) => v128.store(outTile.get, h.get, outAt(r) + v * 16))),
      });
      return [
        codes.set(plus(xTile.get, arithmetic.codeBytes === 1 ? 0 : row.codes16)),
        scales.set(plus(xTile.get, row.scales)),
        sums.set(plus(xTile.get, row.sums)),
        wp.set(w.get),
        ...begin,
        ...weightScales.eachBlock(
          columns,
          ...block,
          advance(codes, arithmetic.codeBytes * BLOCK),
          advance(scales, 4),
          advance(sums, 8),
        ),
        ...(inRegisters ? held.map((h, v) => v128.store(outTile.get, h.get, v * 16)) : []),
      ];
    };
    const strides = { x: row.bytes, out: outStride, panel: panelBytes(format, columns) };
    return gemmLoop({ x, w, out, rows, panels }, [xTile, outTile, left], strides, tile);
  });
}

type L = Local<'i32'>;
type Operands = { codes: L; scales: L; sums: L; wp: L; held: Local<'v128'>[] };

/** How the outputs of row r come into `held` before a group is added, and where they go after. */
type Outputs = { before(r: number): Statement[]; after(r: number): Statement[] };

/** How products of a step of k are formed and summed in integers. */
type Arithmetic = {
  /** Bytes of a code of the input as it is read: i8 or i16. */
  codeBytes: 1 | 2;
  /** sum ← input · weight, or sum + input · weight: in lanes of a row each. */
  product(input: Expr<'v128'>, weight: Expr<'v128'>, sum: Expr<'v128'> | null): Expr<'v128'>;
  /** The sum of a group in 32 bits. */
  wide(sum: Expr<'v128'>): Expr<'v128'>;
};

/**
 * With unsigned dots, bytes straight to 32 bits; 6-bit codes always, as every dot product of bytes takes 0..127. Without
 * them, 4-bit codes are summed in 16 bits: 8 sums of two products stay below 2^15, as 8 · 2 · 15 · 128 = 30,720; and 8-bit
 * codes are widened and multiplied as i16.
 */
function arithmeticOf({ kind }: BlockPanelFormat, unsignedDots: boolean, { hoist }: Scope): Arithmetic {
  if (kind === 'q6' || (unsignedDots && kind !== 'q8')) {
    const zero = hoist(v128.zero);
    const product = (x: Expr<'v128'>, w: Expr<'v128'>, sum: Expr<'v128'> | null) =>
      i32x4.relaxed_dot_i8x16_i7x16_add_s(x, w, sum ?? zero);
    return { codeBytes: 1, product, wide: (sum) => sum };
  }
  if (kind === 'u8') throw new TypeError('u8 panels need unsigned dots');
  const [dot, plus] = kind === 'q4' ? [i16x8.relaxed_dot_i8x16_i7x16_s, i16x8.add] : [i32x4.dot_i16x8_s, i32x4.add];
  const ones = hoist(i16x8.all(1));
  return {
    codeBytes: kind === 'q4' ? 1 : 2,
    product: (x, w, sum) => (sum ? plus(sum, dot(x, w)) : dot(x, w)),
    wide: (sum) => (kind === 'q4' ? i32x4.dot_i16x8_s(sum, ones) : sum),
  };
}

/**
 * One 32-block of a tile. Stores to neighbouring 16 bytes are what lets V8 fuse the whole tree above them into 256 bits,
 * and only if the loads of a pair stand next to each other.
 */
function blockEmitter(
  format: BlockPanelFormat,
  arithmetic: Arithmetic,
  { scale, minimum, load }: BlockScales,
  scope: Scope,
  { codes, scales, sums, wp, held }: Operands,
  xStride: number,
): (rows: number, outputs: Outputs) => Statement[] {
  const { locals, local, hoist } = scope;
  const acc = each(4).map(() => locals(4, 'v128'));
  const steps = stepsOf(format, wp, scope);
  const [splat, xScale, total, shift] = [local('v128'), local('v128'), local('v128'), local('v128')];
  const negativeZero = hoist(i32x4.all(-format.zero));
  const { group, minima, zero } = format;

  /** acc[r] = the integer sums of group g. */
  const dots = (rows: number, g: number): Statement[] =>
    steps
      .of(g)
      .flatMap(({ k, prepare }, i) => [
        ...prepare,
        ...each(rows).flatMap((r) => [
          splat.set(v128.load32_splat(codes.get, r * xStride + k * arithmetic.codeBytes)),
          ...acc[r]!.map((sum, v) =>
            sum.set(arithmetic.product(splat.get, steps.weights[v]!.get, i === 0 ? null : sum.get)),
          ),
        ]),
      ]);

  /** total = Σx of group g of row r, in all lanes. */
  const sumOf = (r: number, g: number): Statement[] =>
    group === BLOCK
      ? [
          splat.set(v128.load32_splat(sums.get, r * xStride)),
          total.set(v128.load32_splat(sums.get, r * xStride + 4)),
          total.set(i32x4.add(splat.get, total.get)),
        ]
      : [total.set(v128.load32_splat(sums.get, r * xStride + g * 4))];

  return (rows, { before, after }) =>
    each(BLOCK / group).flatMap((g) => [
      ...dots(rows, g),
      ...load(g),
      ...each(rows).flatMap((r) => {
        const added = (v: number): Expr<'v128'> => {
          const sum = arithmetic.wide(acc[r]![v]!.get);
          const dot = f32x4.mul(f32x4.convert_i32x4_s(zero ? i32x4.add(sum, shift.get) : sum), xScale.get);
          const base = minima ? f32x4.relaxed_madd(minimum[v]!.get, total.get, held[v]!.get) : held[v]!.get;
          return f32x4.relaxed_madd(dot, scale[v]!.get, base);
        };
        return [
          xScale.set(v128.load32_splat(scales.get, r * xStride)),
          ...(minima || zero ? sumOf(r, g) : []),
          ...(zero ? [shift.set(i32x4.mul(total.get, negativeZero))] : []),
          ...(minima ? [total.set(f32x4.mul(f32x4.convert_i32x4_s(total.get), xScale.get))] : []),
          ...before(r),
          ...held.map((h, v) => h.set(added(v))),
          ...after(r),
        ];
      }),
    ]);
}

/**
 * The steps along k of a group: each prepares `weights`, four vectors of four rows with two (q8) or four neighbours of
 * k a lane, to meet the input's codes from `k` on.
 */
function stepsOf(format: BlockPanelFormat, wp: L, { locals, hoist }: Scope) {
  const weights = locals(4, 'v128');
  const packed = locals(4, 'v128');
  const highs = locals(4, 'v128');
  const top = hoist(i8x16.all(0x30));
  const codesAt = codesOffset(format);
  const load = (into: Local<'v128'>[], line: number) =>
    into.map((l, v) => l.set(v128.load(wp.get, codesAt + line * 64 + v * 16)));
  const step = (k: number): { k: number; prepare: Statement[] } => {
    if (format.kind === 'q8')
      return { k, prepare: weights.map((l, v) => l.set(v128.load8x8_s(wp.get, codesAt + k * 16 + v * 8))) };
    if (format.kind === 'u8') return { k, prepare: load(weights, k / 4) };
    const low = (v: number) => nibbles(packed[v]!.get, k % 8 === 4, hoist);
    const loadLow = k % 8 === 0 ? load(packed, k / 8) : [];
    if (format.kind === 'q4') return { k, prepare: [...loadLow, ...weights.map((l, v) => l.set(low(v)))] };
    const loadHigh = k % 16 === 0 ? load(highs, 4 + k / 16) : [];
    const high = (v: number) => v128.and(shiftTo4(highs[v]!.get, (k / 4) % 4), top);
    return { k, prepare: [...loadLow, ...loadHigh, ...weights.map((l, v) => l.set(v128.or(low(v), high(v))))] };
  };
  const { group } = format;
  const perStep = format.kind === 'q8' ? 2 : 4;
  return { weights, of: (g: number) => each(group / perStep).map((i) => step(g * group + i * perStep)) };
}

/** Moves the `pair`-th two bits of every byte to its bits 4 and 5, along with others to be masked. */
function shiftTo4(bytes: Expr<'v128'>, pair: number): Expr<'v128'> {
  const by = 4 - 2 * pair;
  if (by === 0) return bytes;
  return by > 0 ? i16x8.shl(bytes, i32.const(by)) : i16x8.shr_u(bytes, i32.const(-by));
}
