import {
  advance,
  type Expr,
  type Func,
  f32x4,
  func,
  i32,
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
  codesOffset,
  FP8_BLOCK,
  PANEL_ROWS,
  type PanelFormat,
  panelBytes,
} from '../panels/panel-format.ts';
import { blockScales } from './block-scales.ts';
import { each, halvesToFloats } from './emit.ts';
import { gemmLoop } from './gemm-loop.ts';

export type GemmF32Shape = {
  format: PanelFormat;
  /** Length of an input row. */
  columns: number;
  /** Bytes between rows of the input, and of the output. */
  inputStride: number;
  outStride: number;
  /** Adds to what the output holds instead of replacing it. */
  add: boolean;
};

/**
 * `gemm(x, w, out, rows, panels)`: out[r][16·p + c] (+)= Σ_k x[r][k] · W[16·p + c][k] for `rows` f32 rows of x and
 * `panels` neighbouring panels of any format, which are decoded on the fly. Sums run over k in rising order, in f32.
 */
export function gemmF32Kernel({ format, columns, inputStride, outStride, add }: GemmF32Shape): Func {
  return func('gemm-f32', ['i32', 'i32', 'i32', 'i32', 'i32'], ([x, w, out, rows, panels], scope) => {
    const [xTile, outTile, left] = scope.locals(3, 'i32') as [Local<'i32'>, Local<'i32'>, Local<'i32'>];
    const [xp, wp, count, inner] = scope.locals(4, 'i32') as [Local<'i32'>, Local<'i32'>, Local<'i32'>, Local<'i32'>];
    const splat = scope.local('v128');
    const held = scope.locals(4, 'v128');
    const sums = each(4).map(() => scope.locals(4, 'v128'));
    const decode = decoder(format, scope, { xp, wp, count, inner });
    const tile = (tileRows: number): Statement[] => {
      /** Multiplies the 16 weights of one k with element k of every row. */
      const use = (k: number, weights: Expr<'v128'>[]): Statement[] =>
        each(tileRows).flatMap((r) => [
          splat.set(v128.load32_splat(xp.get, r * inputStride + k * 4)),
          ...sums[r]!.map((sum, v) => sum.set(f32x4.relaxed_madd(splat.get, weights[v]!, sum.get))),
        ]);
      return [
        xp.set(xTile.get),
        wp.set(w.get),
        ...each(tileRows).flatMap((r) => sums[r]!.map((sum) => sum.set(v128.zero))),
        ...decode(columns, use),
        ...each(tileRows).flatMap((r) => {
          const at = (v: number) => r * outStride + v * 16;
          if (!add) return sums[r]!.map((sum, v) => v128.store(outTile.get, sum.get, at(v)));
          return [
            ...held.map((h, v) => h.set(v128.load(outTile.get, at(v)))),
            ...held.map((h, v) => v128.store(outTile.get, f32x4.add(h.get, sums[r]![v]!.get), at(v))),
          ];
        }),
      ];
    };
    const strides = { x: inputStride, out: outStride, panel: panelBytes(format, columns) };
    return gemmLoop({ x, w, out, rows, panels }, [xTile, outTile, left], strides, tile);
  });
}

type Use = (k: number, weights: Expr<'v128'>[]) => Statement[];
type Pointers = { xp: Local<'i32'>; wp: Local<'i32'>; count: Local<'i32'>; inner: Local<'i32'> };

/** Emits the walk over one panel: calls `use` for every k, moving `xp` and `wp` along. */
function decoder(format: PanelFormat, scope: Scope, p: Pointers): (columns: number, use: Use) => Statement[] {
  switch (format.kind) {
    case 'f32':
      return floats(scope, p);
    case 'f16':
      return packed(
        2,
        (word, j) => halvesToFloats(j === 0 ? i32x4.shl(word, i32.const(16)) : word, scope.hoist),
        scope,
        p,
      );
    case 'bf16': {
      const high = scope.hoist(i32x4.all(0xffff0000 | 0));
      return packed(2, (word, j) => (j === 0 ? i32x4.shl(word, i32.const(16)) : v128.and(word, high)), scope, p);
    }
    case 'fp8':
      return fp8(scope, p);
    case 'u8':
      throw new TypeError('u8 panels have no f32 kernel');
    default:
      return blocks(format, scope, p);
  }
}

/** Steps of k in the body of a loop. */
const UNROLL = 4;

function floats({ locals }: Scope, { xp, wp, count }: Pointers) {
  const weights = locals(4, 'v128');
  return (columns: number, use: Use): Statement[] => {
    const some = (n: number): Statement[] => [
      ...each(n).flatMap((k) => [
        ...weights.map((l, v) => l.set(v128.load(wp.get, k * 64 + v * 16))),
        ...use(
          k,
          weights.map((l) => l.get),
        ),
      ]),
      advance(xp, n * 4),
      advance(wp, n * 64),
    ];
    return [...repeat(count, Math.floor(columns / UNROLL), ...some(UNROLL)), ...some(columns % UNROLL)];
  };
}

/** `per` neighbours of k in a 32-bit lane: `take(word, j)` gets the j-th of them as f32. */
function packed(
  per: number,
  take: (word: Expr<'v128'>, j: number) => Expr<'v128'>,
  { locals }: Scope,
  { xp, wp, count }: Pointers,
) {
  const words = locals(4, 'v128');
  const weights = locals(4, 'v128');
  return (columns: number, use: Use): Statement[] => {
    /** `n` neighbours, whole words but for the last. */
    const some = (n: number): Statement[] => [
      ...each(Math.ceil(n / per)).flatMap((i) => [
        ...words.map((l, v) => l.set(v128.load(wp.get, i * 64 + v * 16))),
        ...each(Math.min(per, n - i * per)).flatMap((j) => [
          ...weights.map((l, v) => l.set(take(words[v]!.get, j))),
          ...use(
            i * per + j,
            weights.map((l) => l.get),
          ),
        ]),
      ]),
      advance(xp, n * 4),
      advance(wp, Math.ceil(n / per) * 64),
    ];
    return [...repeat(count, Math.floor(columns / UNROLL), ...some(UNROLL)), ...some(columns % UNROLL)];
  };
}

/** e4m3: exponent and mantissa move down to where f32 has them; the bias is made up by a product. */
function fp8(scope: Scope, p: Pointers) {
  const { locals, hoist } = scope;
  const { wp, inner } = p;
  const scales = locals(4, 'v128');
  const bias = hoist(f32x4.all(2 ** 120));
  const placed = hoist(i32x4.all(0x87f00000 | 0));
  const take = (word: Expr<'v128'>, j: number) => {
    const top = j === 3 ? word : i32x4.shl(word, i32.const(24 - 8 * j));
    return f32x4.mul(v128.and(i32x4.shr_s(top, i32.const(4)), placed), bias);
  };
  const walk = packed(4, take, scope, p);
  return (columns: number, use: Use): Statement[] => {
    const span = (n: number): Statement[] => [
      ...scales.map((l, v) => l.set(v128.load(wp.get, v * 16))),
      advance(wp, PANEL_ROWS * 4),
      ...walk(n, (k, weights) =>
        use(
          k,
          weights.map((w, v) => f32x4.mul(w, scales[v]!.get)),
        ),
      ),
    ];
    const rest = columns % FP8_BLOCK;
    const whole = Math.floor(columns / FP8_BLOCK);
    return [...repeat(inner, whole, ...span(FP8_BLOCK)), ...(rest ? span(rest) : [])];
  };
}

/** Codes with scales: every weight is decoded to f32 before it is used. */
function blocks(format: BlockPanelFormat, scope: Scope, { xp, wp }: Pointers) {
  const { locals, hoist } = scope;
  const { scale, minimum, load, eachBlock } = blockScales(format, wp, scope);
  const [words, highs, weights] = [locals(4, 'v128'), locals(4, 'v128'), locals(4, 'v128')];
  const zero = hoist(f32x4.all(format.zero));
  const value = (code: Expr<'v128'>, v: number): Expr<'v128'> => {
    const number = f32x4.convert_i32x4_s(code);
    if (format.minima) return f32x4.relaxed_madd(scale[v]!.get, number, minimum[v]!.get);
    return f32x4.mul(scale[v]!.get, format.zero ? f32x4.sub(number, zero) : number);
  };
  const codesAt = codesOffset(format);
  const bitsOf = (word: Expr<'v128'>, from: number, mask: number) =>
    v128.and(from ? i32x4.shr_u(word, i32.const(from)) : word, hoist(i32x4.all(mask)));
  /** The codes of k in a block; `words` holds what q4 and q6 pack for eight k, q8 for two; `highs` what q6 does for 16. */
  const codeOf = (v: number, k: number): Expr<'v128'> => {
    const word = words[v]!.get;
    if (format.kind === 'q8') return i32x4.shr_s(k % 2 ? word : i32x4.shl(word, i32.const(16)), i32.const(16));
    const low = bitsOf(word, 8 * (k % 4) + (k % 8 >= 4 ? 4 : 0), 15);
    if (format.kind === 'q4') return low;
    const high = bitsOf(highs[v]!.get, 8 * (k % 4) + 2 * (Math.floor(k / 4) % 4), 3);
    return v128.or(low, i32x4.shl(high, i32.const(4)));
  };
  const loadLine = (into: Local<'v128'>[], line: number) =>
    into.map((l, v) => l.set(v128.load(wp.get, codesAt + line * 64 + v * 16)));
  const loadWords = (k: number): Statement[] => {
    if (format.kind === 'q8')
      return k % 2 ? [] : words.map((l, v) => l.set(v128.load8x8_s(wp.get, codesAt + k * 16 + v * 8)));
    const high = format.kind === 'q6' && k % 16 === 0 ? loadLine(highs, 4 + k / 16) : [];
    return k % 8 ? high : [...high, ...loadLine(words, k / 8)];
  };
  return (columns: number, use: Use): Statement[] =>
    eachBlock(
      columns,
      ...each(BLOCK).flatMap((k) => [
        ...(k % format.group === 0 ? load(k / format.group) : []),
        ...loadWords(k),
        ...weights.map((l, v) => l.set(value(codeOf(v, k), v))),
        ...use(
          k,
          weights.map((l) => l.get),
        ),
      ]),
      advance(xp, BLOCK * 4),
    );
}
