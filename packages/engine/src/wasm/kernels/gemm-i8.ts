import {
  advance,
  type Expr,
  type Func,
  f32x4,
  func,
  i16x8,
  i32x4,
  type Local,
  repeat,
  type Scope,
  type Statement,
  v128,
} from '../assembler/index.ts';
import {
  BLOCK,
  type BlockPanelFormat,
  blockBytes,
  codesOffset,
  type PanelFormat,
  panelBytes,
  scaleBytes,
} from '../panels/panel-format.ts';
import { each, load16, nibbles, plus } from './emit.ts';
import { gemmLoop } from './gemm-loop.ts';
import { quantizedRow } from './quantize.ts';

export type GemmI8Shape = {
  /** A q4 or q8 format. */
  format: PanelFormat;
  columns: number;
  /** Bytes between rows of the output. */
  outStride: number;
  /** Adds to what the output holds instead of replacing it. */
  add: boolean;
};

/**
 * `gemm(x, w, out, rows, panels)`: like gemm-f32, for rows that were rounded to 8 bits (see quantize.ts) and weights of
 * a block format. Products within a group of codes are summed exactly, then scaled:
 *
 *   out += Σ_group scale · (xScale · Σ code·x − zero · Σx) + min · Σx
 */
export function gemmI8Kernel({ format, columns, outStride, add }: GemmI8Shape): Func {
  if (format.kind !== 'q4' && format.kind !== 'q8') throw new TypeError(`${format.kind} panels have no integer kernel`);
  const row = quantizedRow(columns);
  return func('gemm-i8', ['i32', 'i32', 'i32', 'i32', 'i32'], ([x, w, out, rows, panels], scope) => {
    const [xTile, outTile, left] = scope.locals(3, 'i32') as [Local<'i32'>, Local<'i32'>, Local<'i32'>];
    const [codes, scales, sums, wp, count] = scope.locals(5, 'i32') as [L, L, L, L, L];
    const held = scope.locals(4, 'v128');
    const emit = blockEmitter(format, scope, { codes, scales, sums, wp, held }, row.bytes);
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
        codes.set(plus(xTile.get, format.kind === 'q4' ? 0 : row.codes16)),
        scales.set(plus(xTile.get, row.scales)),
        sums.set(plus(xTile.get, row.sums)),
        wp.set(w.get),
        ...begin,
        ...repeat(
          count,
          columns / BLOCK,
          ...block,
          advance(codes, format.kind === 'q4' ? BLOCK : 2 * BLOCK),
          advance(scales, 4),
          advance(sums, 8),
          advance(wp, blockBytes(format)),
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

/**
 * One 32-block of a tile. Stores to neighbouring 16 bytes are what lets V8 fuse the whole tree above them into 256 bits,
 * and only if the loads of a pair stand next to each other.
 */
function blockEmitter(
  format: BlockPanelFormat,
  scope: Scope,
  { codes, scales, sums, wp, held }: Operands,
  xStride: number,
): (rows: number, outputs: Outputs) => Statement[] {
  const { locals, local, hoist } = scope;
  const acc = each(4).map(() => locals(4, 'v128'));
  const packed = locals(4, 'v128');
  const weights = locals(4, 'v128');
  const scale = locals(4, 'v128');
  const minimum = locals(4, 'v128');
  const [splat, xScale, shift] = [local('v128'), local('v128'), local('v128')];
  const ones = hoist(i16x8.all(1));
  const negativeZero = hoist(f32x4.all(-format.zero));
  const { group, halfScales } = format;
  const perGroup = 16 * (halfScales ? 2 : 4);
  const codesAt = codesOffset(format);

  /** acc[r][v] (+)= the products of `weights` with the codes of each row at `offset`. */
  const multiply = (rows: number, offset: number, first: boolean): Statement[] =>
    each(rows).flatMap((r) => [
      splat.set(v128.load32_splat(codes.get, r * xStride + offset)),
      ...acc[r]!.map((sum, v) => {
        const w = weights[v]!.get;
        const products =
          format.kind === 'q4' ? i16x8.relaxed_dot_i8x16_i7x16_s(splat.get, w) : i32x4.dot_i16x8_s(splat.get, w);
        const plus = format.kind === 'q4' ? i16x8.add : i32x4.add;
        return sum.set(first ? products : plus(sum.get, products));
      }),
    ]);

  /** The integer sums of group g. In q4, 8 sums of two products stay below 2^15: 8 · 2 · 15 · 128 = 30,720. */
  const dots = (rows: number, g: number): Statement[] => {
    if (format.kind === 'q4')
      return each(group / 8).flatMap((i) => {
        const q = (g * group) / 8 + i;
        return [
          ...packed.map((l, v) => l.set(v128.load(wp.get, codesAt + q * 64 + v * 16))),
          ...[false, true].flatMap((high) => [
            ...weights.map((l, v) => l.set(nibbles(packed[v]!.get, high, hoist))),
            ...multiply(rows, q * 8 + (high ? 4 : 0), i === 0 && !high),
          ]),
        ];
      });
    return each(group / 2).flatMap((i) => {
      const pair = (g * group) / 2 + i;
      return [
        ...weights.map((l, v) => l.set(v128.load8x8_s(wp.get, codesAt + pair * 32 + v * 8))),
        ...multiply(rows, pair * 4, i === 0),
      ];
    });
  };
  const wide = (sum: Local<'v128'>): Expr<'v128'> =>
    f32x4.convert_i32x4_s(format.kind === 'q4' ? i32x4.dot_i16x8_s(sum.get, ones) : sum.get);

  /** Σx of group g of row r, in all lanes. */
  const sumOf = (r: number, g: number): Statement[] =>
    group === BLOCK
      ? [
          splat.set(v128.load32_splat(sums.get, r * xStride)),
          shift.set(v128.load32_splat(sums.get, r * xStride + 4)),
          shift.set(f32x4.add(splat.get, shift.get)),
        ]
      : [shift.set(v128.load32_splat(sums.get, r * xStride + g * 4))];

  return (rows, { before, after }) =>
    each(BLOCK / group).flatMap((g) => [
      ...dots(rows, g),
      ...load16(scale, wp.get, g * perGroup, halfScales, hoist),
      ...(format.minima ? load16(minimum, wp.get, scaleBytes(format) + g * perGroup, halfScales, hoist) : []),
      ...each(rows).flatMap((r) => {
        const scaled = (v: number): Expr<'v128'> => {
          const dot = wide(acc[r]![v]!);
          if (format.minima)
            return f32x4.relaxed_madd(
              f32x4.mul(dot, xScale.get),
              scale[v]!.get,
              f32x4.relaxed_madd(minimum[v]!.get, shift.get, held[v]!.get),
            );
          const shifted = format.zero ? f32x4.relaxed_madd(dot, xScale.get, shift.get) : f32x4.mul(dot, xScale.get);
          return f32x4.relaxed_madd(shifted, scale[v]!.get, held[v]!.get);
        };
        return [
          xScale.set(v128.load32_splat(scales.get, r * xStride)),
          ...(format.minima || format.zero ? sumOf(r, g) : []),
          ...(!format.minima && format.zero ? [shift.set(f32x4.mul(shift.get, negativeZero))] : []),
          ...before(r),
          ...held.map((h, v) => h.set(scaled(v))),
          ...after(r),
        ];
      }),
    ]);
}
