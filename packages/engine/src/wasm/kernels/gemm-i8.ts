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
  if_,
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
  isBlockPanel,
  PANEL_ROWS,
  type PanelFormat,
  panelBytes,
  unitSpan,
} from '../panels/panel-format.ts';
import { type BlockScales, blockScales } from './block-scales.ts';
import { each, nibbles, plus } from './emit.ts';
import { gemmLoop, TILE_ROWS } from './gemm-loop.ts';
import { BLOCK_AT, quantizedRow } from './quantize.ts';

export type GemmI8Shape = {
  /** A block format; u8 and n4 only with `unsignedDots`. */
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
 * `gemm(x, w, out, rows, panels, scratch)`: like gemm-f32, for rows that were rounded to 8 bits (see quantize.ts) and
 * weights of a block format. Products within a group of codes are summed exactly, then scaled:
 *
 *   out += Σ_group scale · xScale · Σ (code − zero)·x + min · xScale · Σx
 *
 * V8 fuses everything but the look-up of n4 panels' levels. So these are made u8 panels in `scratch` before several rows meet
 * them (see `gemmScratch`); only a single row looks levels up on its way, where it waits for memory anyway.
 */
export function gemmI8Kernel({ format, columns, outStride, add, unsignedDots }: GemmI8Shape): Func {
  if (!isBlockPanel(format)) throw new TypeError(`${format.kind} panels have no integer kernel`);
  const row = quantizedRow(columns, !unsignedDots);
  const params = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return func('gemm-i8', params, ([x, w, out, rows, panels, scratch], scope) => {
    const [xTile, outTile, left] = scope.locals(3, 'i32') as [L, L, L];
    const wp = scope.local('i32');
    const blocks = scope.locals(TILE_ROWS, 'i32');
    const held = scope.locals(4, 'v128');
    /** Tiles of panels of a format that begin at `panel`. */
    const tilesOf = (format: BlockPanelFormat, panel: L) => {
      const arithmetic = arithmeticOf(format, unsignedDots, scope);
      const codes = arithmetic.codeBytes === 1 ? blocks : scope.locals(TILE_ROWS, 'i32');
      const weightScales = blockScales(format, wp, scope);
      const emit = blockEmitter(format, arithmetic, weightScales, scope, { codes, blocks, wp, held });
      return (tileRows: number): Statement[] => {
        // One row leaves registers for its outputs; those of more rows stay in memory and are added to block by block.
        const inRegisters = tileRows === 1;
        const outAt = (r: number, v: number) => r * outStride + v * 16;
        const load = (r: number) => held.map((h, v) => h.set(v128.load(outTile.get, outAt(r, v))));
        const store = (r: number) => held.map((h, v) => v128.store(outTile.get, h.get, outAt(r, v))).toReversed();
        const clear = (r: number) => held.map((_, v) => v128.store(outTile.get, v128.zero, outAt(r, v))).toReversed();
        const block = emit(tileRows, {
          before: (r) => (inRegisters ? [] : load(r)),
          after: (r) => (inRegisters ? [] : store(r)),
        });
        const walkers = [
          { pointers: blocks, from: 0, step: BLOCK_AT.bytes },
          ...(codes === blocks ? [] : [{ pointers: codes, from: row.codes16, step: 2 * BLOCK }]),
        ];
        return [
          ...walkers.flatMap(({ pointers, from }) =>
            pointers.slice(0, tileRows).map((p, r) => p.set(plus(xTile.get, from + r * row.bytes))),
          ),
          wp.set(panel.get),
          ...(inRegisters && add ? load(0) : inRegisters ? held.map((h) => h.set(v128.zero)) : []),
          ...(inRegisters || add ? [] : each(tileRows).flatMap(clear)),
          ...weightScales.eachBlock(
            columns,
            ...block,
            ...walkers.flatMap(({ pointers, step }) => pointers.slice(0, tileRows).map((p) => advance(p, step))),
          ),
          ...(inRegisters ? store(0) : []),
        ];
      };
    };
    const pointers = { x, w, out, rows, panels };
    const strides = { x: row.bytes, out: outStride, panel: panelBytes(format, columns) };
    const walk = (tile: (rows: number) => Statement[], options?: Parameters<typeof gemmLoop>[4]) =>
      gemmLoop(pointers, [xTile, outTile, left], strides, tile, options);
    if (format.kind !== 'n4') return walk(tilesOf(format, w));
    const { levels, ...rest } = format;
    const prepare = levelsToBytes(format, columns, w, scratch, scope);
    return [
      if_(
        i32.ge_u(rows.get, i32.const(2)),
        walk(tilesOf({ ...rest, kind: 'u8' }, scratch), { prepare }),
        walk(tilesOf(format, w), { tileRows: [1] }),
      ),
    ];
  });
}

/** Bytes of scratch that a worker's product with panels of a format needs. */
export function gemmScratch(format: PanelFormat, columns: number): number {
  if (format.kind !== 'n4') return 0;
  const { levels, ...rest } = format;
  return panelBytes({ ...rest, kind: 'u8' }, columns);
}

type L = Local<'i32'>;
/** Where the walk is: at the codes and the blocks of each row, and in the panel. */
type Operands = { codes: L[]; blocks: L[]; wp: L; held: Local<'v128'>[] };

/** How the outputs of row r come into `held` before a group is added, and where they go after. */
type Outputs = { before(r: number): Statement[]; after(r: number): Statement[] };

/** How products of a step of k are formed and summed in integers. */
type Arithmetic = {
  /** Bytes of a code of the input as it is read: i8 or i16. */
  codeBytes: 1 | 2;
  /** Whether sums have 32 bits from the beginning. */
  wideSums: boolean;
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
    return { codeBytes: 1, wideSums: true, product, wide: (sum) => sum };
  }
  if (kind === 'u8' || kind === 'n4') throw new TypeError(`${kind} panels need unsigned dots`);
  const q4 = kind === 'q4';
  const [dot, plus] = q4 ? [i16x8.relaxed_dot_i8x16_i7x16_s, i16x8.add] : [i32x4.dot_i16x8_s, i32x4.add];
  const ones = hoist(i16x8.all(1));
  return {
    codeBytes: q4 ? 1 : 2,
    wideSums: !q4,
    product: (x, w, sum) => (sum ? plus(sum, dot(x, w)) : dot(x, w)),
    wide: (sum) => (q4 ? i32x4.dot_i16x8_s(sum, ones) : sum),
  };
}

/**
 * One 32-block of a tile. Stores to neighbouring 16 bytes are what lets V8 fuse the whole tree above them into 256 bits,
 * and only if the loads of a pair stand next to each other. The upper store comes first: else V8 stores the lower half twice.
 */
function blockEmitter(
  format: BlockPanelFormat,
  arithmetic: Arithmetic,
  { scale, minimum, load }: BlockScales,
  scope: Scope,
  { codes, blocks, wp, held }: Operands,
): (rows: number, outputs: Outputs) => Statement[] {
  const { locals, local, hoist } = scope;
  const acc = each(TILE_ROWS).map(() => locals(4, 'v128'));
  const steps = stepsOf(format, wp, scope);
  const [splat, xScale, total, shift] = [local('v128'), local('v128'), local('v128'), local('v128')];
  const { group, minima, zero } = format;
  const { wideSums } = arithmetic;

  /** −zero · Σx of group g of row r. */
  const shifted = (r: number, g: number): Expr<'v128'> => {
    if (group === BLOCK && Number.isInteger(Math.log2(zero)))
      return i32x4.shl(v128.load32_splat(blocks[r]!.get, BLOCK_AT.lessSum), i32.const(Math.log2(zero)));
    return group === BLOCK
      ? i32x4.mul(v128.load32_splat(blocks[r]!.get, BLOCK_AT.lessSum), hoist(i32x4.all(zero)))
      : i32x4.mul(v128.load32_splat(blocks[r]!.get, BLOCK_AT.sums + g * 4), hoist(i32x4.all(-zero)));
  };

  /** acc[r] = the integer sums of group g: from `shifted` on where they have room for it. */
  const dots = (rows: number, g: number): Statement[] =>
    steps.of(g).flatMap(({ k, prepare }, i) => [
      ...prepare,
      ...each(rows).flatMap((r) => {
        const seed = zero && wideSums ? shift.get : null;
        return [
          ...(i === 0 && seed ? [shift.set(shifted(r, g))] : []),
          splat.set(v128.load32_splat(codes[r]!.get, k * arithmetic.codeBytes)),
          ...acc[r]!.map((sum, v) =>
            sum.set(arithmetic.product(splat.get, steps.weights[v]!.get, i === 0 ? seed : sum.get)),
          ),
        ];
      }),
    ]);

  /** total = −Σx · xScale of group g of row r, in all lanes. */
  const sumOf = (r: number, g: number): Statement[] => {
    const less =
      group === BLOCK
        ? v128.load32_splat(blocks[r]!.get, BLOCK_AT.lessSum)
        : i32x4.sub(hoist(v128.zero), v128.load32_splat(blocks[r]!.get, BLOCK_AT.sums + g * 4));
    return [total.set(f32x4.mul(f32x4.convert_i32x4_s(less), xScale.get))];
  };

  return (rows, { before, after }) =>
    each(BLOCK / group).flatMap((g) => [
      ...dots(rows, g),
      ...load(g),
      ...each(rows).flatMap((r) => {
        const late = zero !== 0 && !wideSums;
        const added = (v: number): Expr<'v128'> => {
          const sum = arithmetic.wide(acc[r]![v]!.get);
          const dot = f32x4.mul(f32x4.convert_i32x4_s(late ? i32x4.add(sum, shift.get) : sum), xScale.get);
          const base = minima ? f32x4.relaxed_nmadd(minimum[v]!.get, total.get, held[v]!.get) : held[v]!.get;
          return f32x4.relaxed_madd(dot, scale[v]!.get, base);
        };
        return [
          xScale.set(v128.load32_splat(blocks[r]!.get, BLOCK_AT.scale)),
          ...(late ? [shift.set(shifted(r, g))] : []),
          ...(minima ? sumOf(r, g) : []),
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
    if (format.kind === 'n4') {
      const levels = hoist(i8x16.of(Int8Array.from(format.levels)));
      return { k, prepare: [...loadLow, ...weights.map((l, v) => l.set(i8x16.relaxed_swizzle(levels, low(v))))] };
    }
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

/** Makes the n4 panel at `from` a u8 panel at `to`. */
function levelsToBytes(
  format: BlockPanelFormat & { kind: 'n4' },
  columns: number,
  from: L,
  to: L,
  { locals, hoist }: Scope,
): Statement[] {
  const [source, target, blocks, spans] = locals(4, 'i32') as [L, L, L, L];
  const packed = locals(4, 'v128');
  const levels = hoist(i8x16.of(Int8Array.from(format.levels)));
  const codesAt = codesOffset(format);
  const span = unitSpan(format);
  const copy = (bytes: number): Statement[] =>
    each(bytes / 16).map((i) => v128.store(target.get, v128.load(source.get, i * 16), i * 16));
  const pass = (read: number, written: number) => [advance(source, read), advance(target, written)];
  const block = [
    ...copy(codesAt),
    ...each(BLOCK / 8).flatMap((line) => [
      ...packed.map((p, v) => p.set(v128.load(source.get, codesAt + line * 64 + v * 16))),
      ...[false, true].flatMap((high, half) =>
        packed.map((p, v) =>
          v128.store(
            target.get,
            i8x16.relaxed_swizzle(levels, nibbles(p.get, high, hoist)),
            codesAt + (2 * line + half) * 64 + v * 16,
          ),
        ),
      ),
    ]),
    ...pass(blockBytes(format), codesAt + BLOCK * PANEL_ROWS),
  ];
  return [
    source.set(from.get),
    target.set(to.get),
    ...repeat(
      spans,
      columns / BLOCK / span.blocks,
      ...copy(span.bytes),
      ...pass(span.bytes, span.bytes),
      ...repeat(blocks, span.blocks, ...block),
    ),
  ];
}
