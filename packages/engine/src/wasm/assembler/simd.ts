import { binary, type Expr, load, store, unary, unsigned } from './expression.ts';

/** SIMD instructions, spelled as in the text format. */

const one = (code: number) => unary('v128', 'v128', 0xfd, ...unsigned(code));
const two = (code: number) => binary('v128', 'v128', 'v128', 0xfd, ...unsigned(code));
const three = (code: number) => {
  const bytes = [0xfd, ...unsigned(code)];
  return (a: Expr<'v128'>, b: Expr<'v128'>, c: Expr<'v128'>): Expr<'v128'> => ({
    type: 'v128',
    code: [a.code, b.code, c.code, bytes],
  });
};
const shift = (code: number) => binary('v128', 'i32', 'v128', 0xfd, ...unsigned(code));
const vload = (code: number) => load('v128', 0, 0xfd, ...unsigned(code));
const constant = (bytes: ArrayBufferView): Expr<'v128'> => ({
  type: 'v128',
  code: [0xfd, 0x0c, new Uint8Array(bytes.buffer, bytes.byteOffset, 16)],
});

export const v128 = {
  load: vload(0),
  load8x8_s: vload(1),
  load8x8_u: vload(2),
  load16x4_s: vload(3),
  load16x4_u: vload(4),
  load32_splat: vload(9),
  load64_splat: vload(10),
  store: store('v128', 0, 0xfd, 0x0b),
  zero: constant(new Uint8Array(16)),
  and: two(0x4e),
  or: two(0x50),
  xor: two(0x51),
  bitselect: three(0x52),
};

export const i8x16 = {
  /** The same byte in all lanes. */
  all: (n: number): Expr<'v128'> => constant(new Int8Array(16).fill(n)),
  of: (lanes: Int8Array): Expr<'v128'> => constant(lanes),
  narrow_i16x8_s: two(0x65),
  /** Lanes of `a` that the bytes of `b` name, 0 where there is none of that number. */
  swizzle: two(0x0e),
  /** The same where every byte of `b` is 0..15, else whatever the machine likes. */
  relaxed_swizzle: two(0x100),
  /** Lanes 0..15 come from `a`, 16..31 from `b`. */
  shuffle: (a: Expr<'v128'>, b: Expr<'v128'>, lanes: number[]): Expr<'v128'> => ({
    type: 'v128',
    code: [a.code, b.code, 0xfd, 0x0d, lanes],
  }),
};

export const i16x8 = {
  all: (n: number): Expr<'v128'> => constant(new Int16Array(8).fill(n)),
  extend_low_i8x16_s: one(0x87),
  extend_high_i8x16_s: one(0x88),
  narrow_i32x4_s: two(0x85),
  shl: shift(0x8b),
  shr_u: shift(0x8d),
  add: two(0x8e),
  /** Sums of neighbouring products in 16 bits. Exact where every byte of the second operand is 0..127. */
  relaxed_dot_i8x16_i7x16_s: two(0x112),
};

export const i32x4 = {
  all: (n: number): Expr<'v128'> => constant(new Int32Array(4).fill(n)),
  splat: unary('i32', 'v128', 0xfd, 0x11),
  extract_lane: (a: Expr<'v128'>, lane: number): Expr<'i32'> => ({ type: 'i32', code: [a.code, 0xfd, 0x1b, lane] }),
  extend_low_i16x8_s: one(0xa7),
  extend_high_i16x8_s: one(0xa8),
  extend_low_i16x8_u: one(0xa9),
  extend_high_i16x8_u: one(0xaa),
  shl: shift(0xab),
  shr_s: shift(0xac),
  shr_u: shift(0xad),
  add: two(0xae),
  sub: two(0xb1),
  mul: two(0xb5),
  dot_i16x8_s: two(0xba),
  /** Sums of four neighbouring products added to `c`. Exact where every byte of the second operand is 0..127. */
  relaxed_dot_i8x16_i7x16_add_s: three(0x113),
  max_s: two(0xb8),
};

export const f32x4 = {
  all: (x: number): Expr<'v128'> => constant(new Float32Array(4).fill(x)),
  splat: unary('f32', 'v128', 0xfd, 0x13),
  extract_lane: (a: Expr<'v128'>, lane: number): Expr<'f32'> => ({ type: 'f32', code: [a.code, 0xfd, 0x1f, lane] }),
  lt: two(0x43),
  gt: two(0x44),
  abs: one(0xe0),
  neg: one(0xe1),
  sqrt: one(0xe3),
  add: two(0xe4),
  sub: two(0xe5),
  mul: two(0xe6),
  div: two(0xe7),
  /** The second where it is the lesser (the greater), else the first, NaN included. One instruction, where min and max take eight. */
  pmin: two(0xea),
  pmax: two(0xeb),
  convert_i32x4_s: one(0xfa),
  /** a · b + c, rounded once or twice as the machine likes. */
  relaxed_madd: three(0x105),
  /** c − a · b, likewise. */
  relaxed_nmadd: three(0x106),
};
