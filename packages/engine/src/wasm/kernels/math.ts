import { type Expr, f32x4, i32, i32x4, type Local, type Scope, type Statement } from '../assembler/index.ts';

/** Code that computes functions of vectors: `before` runs first, then `value` may be used, once. */
export type Computed = { before: Statement[]; value: Expr<'v128'> };

/** Adding it moves a small number, rounded to the nearest whole one, into the low bits of its mantissa. */
export const ROUNDER = 1.5 * 2 ** 23;

/**
 * eˣ in every lane, within about two units in the last place. x is held between −87 and 88, where eˣ is a normal number:
 * below it is as good as 0 to every sum here. With n = round(x / ln 2) and r = x − n·ln 2, eˣ = 2ⁿ·eʳ; eʳ by its
 * Taylor series, which at |r| ≤ 0.347 is good to 2^-26 after the seventh power. 2ⁿ is added to the exponent's bits. V8
 * fuses all of it; its rounding and its conversion to whole numbers it would not.
 */
export function exp(
  x: Expr<'v128'>,
  temps: [Local<'v128'>, Local<'v128'>, Local<'v128'>],
  hoist: Scope['hoist'],
): Computed {
  const [r, n, p] = temps;
  const all = (value: number) => hoist(f32x4.all(value));
  const powers = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1];
  const whole = f32x4.sub(n.get, all(ROUNDER));
  const before = [
    r.set(f32x4.pmax(f32x4.pmin(x, all(88)), all(-87))),
    n.set(f32x4.relaxed_madd(r.get, all(Math.LOG2E), all(ROUNDER))),
    // ln 2 in two parts: the first has few bits, so that its product with n is exact.
    r.set(f32x4.relaxed_madd(whole, all(-0.693359375), r.get)),
    r.set(f32x4.relaxed_madd(whole, all(2.1219444e-4), r.get)),
    p.set(all(1 / 5040)),
    ...powers.map((c) => p.set(f32x4.relaxed_madd(p.get, r.get, all(c)))),
  ];
  return { before, value: i32x4.add(p.get, i32x4.shl(n.get, i32.const(23))) };
}

/** 2ᶠ for |f| ≤ 1/2, within 1e-7: a polynomial through it at the Chebyshev nodes, lowest power first. */
const POWERS = [
  1.0000000754548972, 0.6931471880262287, 0.24022107485308208, 0.05550357114219461, 0.009676031918326564,
  0.0013390863364533504,
];

/**
 * 2ˣ in every lane for x ≤ 1, within 2e-7; below 2⁻¹²⁵ it stays there. With n the whole number next to x, 2ˣ = 2ⁿ·2ᶠ: n is
 * added to the exponent's bits. Fewer operations than `exp`, and all of them ones that V8 fuses.
 */
export function exp2(
  x: Expr<'v128'>,
  [f, n, p]: [Local<'v128'>, Local<'v128'>, Local<'v128'>],
  hoist: Scope['hoist'],
): Computed {
  const all = (value: number) => hoist(f32x4.all(value));
  const [highest, ...lower] = POWERS.toReversed();
  const before = [
    f.set(f32x4.pmax(x, all(-125))),
    n.set(f32x4.add(f.get, all(ROUNDER))),
    f.set(f32x4.sub(f.get, f32x4.sub(n.get, all(ROUNDER)))),
    p.set(all(highest!)),
    ...lower.map((c) => p.set(f32x4.relaxed_madd(p.get, f.get, all(c)))),
  ];
  return { before, value: i32x4.add(p.get, i32x4.shl(n.get, i32.const(23))) };
}

/** 1 / (1 + e⁻ˣ) in every lane. */
export function sigmoid(
  x: Expr<'v128'>,
  temps: [Local<'v128'>, Local<'v128'>, Local<'v128'>],
  hoist: Scope['hoist'],
): Computed {
  const one = hoist(f32x4.all(1));
  const { before, value } = exp(f32x4.neg(x), temps, hoist);
  return { before, value: f32x4.div(one, f32x4.add(one, value)) };
}

/** x · sigmoid(x) in every lane. `x` is used twice: hand over a local. */
export function silu(
  x: Expr<'v128'>,
  temps: [Local<'v128'>, Local<'v128'>, Local<'v128'>],
  hoist: Scope['hoist'],
): Computed {
  const { before, value } = exp(f32x4.neg(x), temps, hoist);
  return { before, value: f32x4.div(x, f32x4.add(hoist(f32x4.all(1)), value)) };
}

/**
 * results = function(xs), vector by vector. As all of a function is done before the next vector's turn, they share `temps`.
 */
export function onEach(
  compute: typeof silu,
  xs: readonly Local<'v128'>[],
  results: readonly Local<'v128'>[],
  temps: [Local<'v128'>, Local<'v128'>, Local<'v128'>],
  hoist: Scope['hoist'],
): Statement[] {
  return xs.flatMap((x, i) => {
    const { before, value } = compute(x.get, temps, hoist);
    return [...before, results[i]!.set(value)];
  });
}

/** Three locals for the functions above. */
export function mathTemps({ locals }: Scope): [Local<'v128'>, Local<'v128'>, Local<'v128'>] {
  return locals(3, 'v128') as [Local<'v128'>, Local<'v128'>, Local<'v128'>];
}
