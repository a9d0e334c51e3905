import {
  type Expr,
  f32x4,
  i8x16,
  i16x8,
  i32,
  i32x4,
  type Local,
  type Scope,
  type Statement,
  v128,
} from '../assembler/index.ts';

/** 0, 1, …, n − 1 */
export const each = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** address + n */
export const plus = (address: Expr<'i32'>, n: number): Expr<'i32'> =>
  n === 0 ? address : i32.add(address, i32.const(n));

/** The vector with its bytes moved round by `by`. */
export const rotate = (x: Local<'v128'>, by: number): Expr<'v128'> =>
  i8x16.shuffle(
    x.get,
    x.get,
    each(16).map((i) => (i + by) % 16),
  );

/** The sum of the four lanes, in every lane. Two rounds of pairwise sums: (0+2)+(1+3). */
export function sumLanes(x: Expr<'v128'>, temp: Local<'v128'>): { before: Statement[]; sum: Expr<'v128'> } {
  const before = [temp.set(x), temp.set(f32x4.add(temp.get, rotate(temp, 8)))];
  return { before, sum: f32x4.add(temp.get, rotate(temp, 4)) };
}

/**
 * Four f16 numbers as f32. `bits` holds each half in the upper 16 bits of its lane (the lower ones do not matter).
 * Right for subnormals; infinities and NaN become finite, and no file that was checked holds them.
 */
export function halvesToFloats(bits: Expr<'v128'>, hoist: Scope['hoist']): Expr<'v128'> {
  return biasedToFloats(i32x4.shr_s(bits, i32.const(3)), hoist);
}

/** Halves whose exponent and mantissa stand where f32 has them, sign on top: the exponent's bias is made up by a product. */
function biasedToFloats(bits: Expr<'v128'>, hoist: Scope['hoist']): Expr<'v128'> {
  return f32x4.mul(v128.and(bits, hoist(i32x4.all(0x8fffe000 | 0))), hoist(f32x4.all(2 ** 112)));
}

/** Loads 16 neighbouring f16 or f32 numbers into four vectors of f32. */
export function load16(
  into: Local<'v128'>[],
  address: Expr<'i32'>,
  offset: number,
  half: boolean,
  hoist: Scope['hoist'],
): Statement[] {
  if (!half) return into.map((l, v) => l.set(v128.load(address, offset + v * 16)));
  return [
    ...into.map((l, v) => l.set(v128.load16x4_s(address, offset + v * 8))),
    ...into.map((l) => l.set(biasedToFloats(i32x4.shl(l.get, i32.const(13)), hoist))),
  ];
}

/** A byte mask of the low nibbles. */
export const lowNibbles = (hoist: Scope['hoist']): Expr<'v128'> => hoist(i8x16.all(15));

/** The low and the high nibbles of 16 bytes. There is no byte shift on AVX2, so halves are shifted and masked. */
export function nibbles(packed: Expr<'v128'>, high: boolean, hoist: Scope['hoist']): Expr<'v128'> {
  return v128.and(high ? i16x8.shr_u(packed, i32.const(4)) : packed, lowNibbles(hoist));
}
