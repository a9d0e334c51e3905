import { binary, type Expr, load, type Statement, signed, statement, store, unary, unsigned } from './expression.ts';

/** Scalar instructions, spelled as in the text format. Addresses are i32 used as unsigned, up to 4 GiB. */

const compare = (byte: number) => binary('i32', 'i32', 'i32', byte);

export const i32 = {
  const: (n: number): Expr<'i32'> => ({ type: 'i32', code: [0x41, ...signed(n | 0)] }),
  eqz: unary('i32', 'i32', 0x45),
  eq: compare(0x46),
  ne: compare(0x47),
  lt_s: compare(0x48),
  lt_u: compare(0x49),
  gt_u: compare(0x4b),
  ge_u: compare(0x4f),
  add: binary('i32', 'i32', 'i32', 0x6a),
  sub: binary('i32', 'i32', 'i32', 0x6b),
  mul: binary('i32', 'i32', 'i32', 0x6c),
  and: binary('i32', 'i32', 'i32', 0x71),
  or: binary('i32', 'i32', 'i32', 0x72),
  shl: binary('i32', 'i32', 'i32', 0x74),
  shr_u: binary('i32', 'i32', 'i32', 0x76),
  load: load('i32', 2, 0x28),
  store: store('i32', 2, 0x36),
  load16_u: load('i32', 1, 0x2f),
  store16: store('i32', 1, 0x3b),
  atomic: {
    load: load('i32', 2, 0xfe, 0x10),
    store: store('i32', 2, 0xfe, 0x17),
    /** Adds and leaves the value before. */
    add: (address: Expr<'i32'>, value: Expr<'i32'>, offset = 0): Expr<'i32'> => ({
      type: 'i32',
      code: [address.code, value.code, 0xfe, 0x1e, 2, ...unsigned(offset)],
    }),
  },
};

export const f32 = {
  const: (x: number): Expr<'f32'> => ({
    type: 'f32',
    code: [0x43, ...new Uint8Array(new Float32Array([x]).buffer)],
  }),
  sqrt: unary('f32', 'f32', 0x91),
  add: binary('f32', 'f32', 'f32', 0x92),
  sub: binary('f32', 'f32', 'f32', 0x93),
  mul: binary('f32', 'f32', 'f32', 0x94),
  div: binary('f32', 'f32', 'f32', 0x95),
  max: binary('f32', 'f32', 'f32', 0x97),
  load: load('f32', 2, 0x2a),
  store: store('f32', 2, 0x38),
};

/** Sleeps while the word still is `expected`; for ever, if nobody notifies. */
export function wait32(address: Expr<'i32'>, expected: Expr<'i32'>): Statement {
  const forEver = [0x42, 0x7f];
  return statement(address.code, expected.code, forEver, 0xfe, 0x01, 2, 0, 0x1a);
}

/** Wakes up to `count` sleepers. */
export function notify(address: Expr<'i32'>, count: Expr<'i32'>): Statement {
  return statement(address.code, count.code, 0xfe, 0x00, 2, 0, 0x1a);
}
