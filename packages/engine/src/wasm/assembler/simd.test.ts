import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from './assembler-test.ts';
import { type Expr, f32, f32x4, i8x16, i16x8, i32, i32x4, v128 } from './index.ts';

type Vector = Expr<'v128'>;
const read = {
  i8: (view: DataView, i: number) => view.getInt8(i),
  u8: (view: DataView, i: number) => view.getUint8(i),
  i16: (view: DataView, i: number) => view.getInt16(i * 2, true),
  u16: (view: DataView, i: number) => view.getUint16(i * 2, true),
  i32: (view: DataView, i: number) => view.getInt32(i * 4, true),
  f32: (view: DataView, i: number) => view.getFloat32(i * 4, true),
};
type Lane = keyof typeof read;
const width = { i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, f32: 4 };
const lanes = (view: DataView, lane: Lane): number[] =>
  Array.from({ length: 16 / width[lane] }, (_, i) => read[lane](view, i));

const bits = (n: number) => new Uint32Array(12).map((_, i) => Math.imul(i * 7 + n + 1, 2654435761));
const floats = Float32Array.of(1.5, -2.5, 0, -0, 3.25, 2.5, -1e-3, 7, 0.5, -0.5, 1e20, -3e9);
const bytes = Int8Array.from({ length: 48 }, (_, i) => [-128, 127, -1, 0, 5, -77][i % 6]! ^ (i >> 3));
const shorts = Int16Array.from({ length: 24 }, (_, i) => [-32768, 32767, -1, 0, 1234, -200, 128, -129][i % 8]!);

/** Holds an instruction to what it should make of lane `i` of vectors a, b, c. */
function check(
  name: string,
  operands: ArrayBufferView,
  from: Lane,
  to: Lane,
  code: (a: Vector, b: Vector, c: Vector) => Vector,
  wanted: (a: number[], b: number[], c: number[], i: number) => number,
): void {
  test(name, () => {
    const got = lanes(
      evaluate(operands, ({ at }) => code(at(0), at(1), at(2))),
      to,
    );
    const [a, b, c] = [0, 16, 32].map((offset) =>
      lanes(new DataView(operands.buffer, operands.byteOffset + offset, 16), from),
    ) as [number[], number[], number[]];
    assert.deepEqual(
      got,
      got.map((_, i) => wanted(a, b, c, i)),
    );
  });
}

const saturate = (n: number, limit: number) => Math.max(-limit, Math.min(limit - 1, n));
const wrap16 = (n: number) => (n << 16) >> 16;

describe('v128', () => {
  check('and', bits(1), 'i32', 'i32', v128.and, (a, b, _, i) => a[i]! & b[i]!);
  check('or', bits(2), 'i32', 'i32', v128.or, (a, b, _, i) => a[i]! | b[i]!);
  check('xor', bits(3), 'i32', 'i32', v128.xor, (a, b, _, i) => a[i]! ^ b[i]!);
  check('bitselect', bits(4), 'i32', 'i32', v128.bitselect, (a, b, c, i) => (a[i]! & c[i]!) | (b[i]! & ~c[i]!));
  check(
    'zero',
    bits(5),
    'i32',
    'i32',
    () => v128.zero,
    () => 0,
  );

  const loads: Record<string, [(address: Expr<'i32'>, offset?: number) => Vector, Lane, Lane, (i: number) => number]> =
    {
      load: [v128.load, 'u8', 'u8', (i) => i],
      load8x8_s: [v128.load8x8_s, 'i8', 'i16', (i) => i],
      load8x8_u: [v128.load8x8_u, 'u8', 'i16', (i) => i],
      load16x4_s: [v128.load16x4_s, 'i16', 'i32', (i) => i],
      load16x4_u: [v128.load16x4_u, 'u16', 'i32', (i) => i],
      load32_splat: [v128.load32_splat, 'i32', 'i32', () => 0],
      load64_splat: [v128.load64_splat, 'i32', 'i32', (i) => i % 2],
    };
  for (const [name, [load, from, to, lane]] of Object.entries(loads))
    test(name, () => {
      // One byte off, for loads need not be aligned.
      for (const offset of [0, 1, 24]) {
        const got = lanes(
          evaluate(bytes, () => load(i32.const(0), offset)),
          to,
        );
        const source = lanes(new DataView(bytes.buffer, offset, 16), from);
        assert.deepEqual(
          got,
          got.map((_, i) => source[lane(i)]!),
        );
      }
    });
});

describe('i8x16', () => {
  check(
    'all',
    bytes,
    'i8',
    'i8',
    () => i8x16.all(-5),
    () => -5,
  );
  const order = [31, 0, 16, 15, 1, 1, 17, 30, 2, 3, 4, 5, 6, 7, 8, 9];
  const picked = (a: number[], b: number[], _: number[], i: number) => [...a, ...b][order[i]!]!;
  check('shuffle', bytes, 'i8', 'i8', (a, b) => i8x16.shuffle(a, b, order), picked);
  check('swizzle', bytes, 'i8', 'i8', i8x16.swizzle, (a, b, _, i) => a[b[i]!] ?? 0);
  const low = (b: Vector) => v128.and(b, i8x16.all(15));
  check(
    'relaxed_swizzle',
    bytes,
    'i8',
    'i8',
    (a, b) => i8x16.relaxed_swizzle(a, low(b)),
    (a, b, _, i) => a[b[i]! & 15]!,
  );
  check('narrow_i16x8_s', shorts, 'i16', 'i8', i8x16.narrow_i16x8_s, (a, b, _, i) => saturate([...a, ...b][i]!, 128));
});

describe('i16x8', () => {
  check(
    'all',
    shorts,
    'i16',
    'i16',
    () => i16x8.all(-300),
    () => -300,
  );
  check('extend_low_i8x16_s', bytes, 'i8', 'i16', i16x8.extend_low_i8x16_s, (a, _b, _c, i) => a[i]!);
  check('extend_high_i8x16_s', bytes, 'i8', 'i16', i16x8.extend_high_i8x16_s, (a, _b, _c, i) => a[i + 8]!);
  const narrowed = (a: number[], b: number[], _: number[], i: number) => saturate([...a, ...b][i]!, 32768);
  check('narrow_i32x4_s', bits(6), 'i32', 'i16', i16x8.narrow_i32x4_s, narrowed);
  check(
    'shr_u',
    shorts,
    'u16',
    'u16',
    (a) => i16x8.shr_u(a, i32.const(4)),
    (a, _b, _c, i) => a[i]! >>> 4,
  );
  check('add', shorts, 'i16', 'i16', i16x8.add, (a, b, _, i) => wrap16(a[i]! + b[i]!));
  const codes = Int8Array.from(bytes, (x, i) => (i >= 16 && i < 32 ? x & 127 : x));
  const pairs = (a: number[], b: number[], _: number[], i: number) =>
    saturate(a[2 * i]! * b[2 * i]! + a[2 * i + 1]! * b[2 * i + 1]!, 32768);
  check('relaxed_dot_i8x16_i7x16_s', codes, 'i8', 'i16', i16x8.relaxed_dot_i8x16_i7x16_s, pairs);
});

describe('i32x4', () => {
  check(
    'all',
    bits(0),
    'i32',
    'i32',
    () => i32x4.all(-70000),
    () => -70000,
  );
  check(
    'splat',
    bits(0),
    'i32',
    'i32',
    () => i32x4.splat(i32.const(123456)),
    () => 123456,
  );
  check('extend_low_i16x8_s', shorts, 'i16', 'i32', i32x4.extend_low_i16x8_s, (a, _b, _c, i) => a[i]!);
  check('extend_high_i16x8_s', shorts, 'i16', 'i32', i32x4.extend_high_i16x8_s, (a, _b, _c, i) => a[i + 4]!);
  check('extend_low_i16x8_u', shorts, 'u16', 'i32', i32x4.extend_low_i16x8_u, (a, _b, _c, i) => a[i]!);
  check('extend_high_i16x8_u', shorts, 'u16', 'i32', i32x4.extend_high_i16x8_u, (a, _b, _c, i) => a[i + 4]!);
  check(
    'shl',
    bits(7),
    'i32',
    'i32',
    (a) => i32x4.shl(a, i32.const(5)),
    (a, _b, _c, i) => a[i]! << 5,
  );
  check(
    'shr_s',
    bits(7),
    'i32',
    'i32',
    (a) => i32x4.shr_s(a, i32.const(5)),
    (a, _b, _c, i) => a[i]! >> 5,
  );
  check(
    'shr_u',
    bits(7),
    'i32',
    'i32',
    (a) => i32x4.shr_u(a, i32.const(5)),
    (a, _b, _c, i) => a[i]! >>> 5,
  );
  check('add', bits(8), 'i32', 'i32', i32x4.add, (a, b, _, i) => (a[i]! + b[i]!) | 0);
  check('sub', bits(8), 'i32', 'i32', i32x4.sub, (a, b, _, i) => (a[i]! - b[i]!) | 0);
  check('max_s', bits(8), 'i32', 'i32', i32x4.max_s, (a, b, _, i) => Math.max(a[i]!, b[i]!));
  const dot = (a: number[], b: number[], _: number[], i: number) =>
    (a[2 * i]! * b[2 * i]! + a[2 * i + 1]! * b[2 * i + 1]!) | 0;
  check('dot_i16x8_s', shorts, 'i16', 'i32', i32x4.dot_i16x8_s, dot);

  test('relaxed_dot_i8x16_i7x16_add_s', () => {
    const operands = new DataView(new ArrayBuffer(48));
    const [a, b] = [bytes.subarray(0, 16), Array.from({ length: 16 }, (_, i) => (i * 9) % 128)];
    a.forEach((x, i) => {
      operands.setInt8(i, i % 3 ? x : x >> 1);
    });
    b.forEach((x, i) => {
      operands.setInt8(16 + i, x >> 1);
    });
    for (let i = 0; i < 4; i++) operands.setInt32(32 + i * 4, (i - 1) * 1_000_000, true);
    const got = evaluate(operands, ({ at }) => i32x4.relaxed_dot_i8x16_i7x16_add_s(at(0), at(1), at(2)));
    const wanted = [0, 1, 2, 3].map((i) =>
      [0, 1, 2, 3].reduce(
        (sum, j) => sum + operands.getInt8(4 * i + j) * operands.getInt8(16 + 4 * i + j),
        (i - 1) * 1_000_000,
      ),
    );
    assert.deepEqual(lanes(got, 'i32'), wanted);
  });
});

describe('f32x4', () => {
  const each = (f: (a: number, b: number) => number) => (a: number[], b: number[], _: number[], i: number) =>
    Math.fround(f(a[i]!, b[i]!));
  const operations: Record<string, [(a: Vector, b: Vector) => Vector, (a: number, b: number) => number]> = {
    add: [f32x4.add, (a, b) => a + b],
    sub: [f32x4.sub, (a, b) => a - b],
    mul: [f32x4.mul, (a, b) => a * b],
    div: [f32x4.div, (a, b) => a / b],
    pmin: [f32x4.pmin, Math.min],
    pmax: [f32x4.pmax, Math.max],
    abs: [(a) => f32x4.abs(a), Math.abs],
    neg: [(a) => f32x4.neg(a), (a) => -a],
    sqrt: [(a) => f32x4.sqrt(a), Math.sqrt],
  };
  for (const [name, [code, wanted]] of Object.entries(operations))
    check(name, floats, 'f32', 'f32', code, each(wanted));
  const mask = (f: (a: number, b: number) => boolean) => (a: number[], b: number[], _: number[], i: number) =>
    f(a[i]!, b[i]!) ? -1 : 0;
  for (const [name, code, wanted] of [
    ['lt', f32x4.lt, (a: number, b: number) => a < b],
    ['gt', f32x4.gt, (a: number, b: number) => a > b],
  ] as const)
    test(name, () => {
      const got = lanes(
        evaluate(floats, ({ at }) => code(at(0), at(1))),
        'i32',
      );
      assert.deepEqual(
        got,
        got.map((_, i) => mask(wanted)([...floats], [...floats.subarray(4)], [], i)),
      );
    });
  check(
    'all',
    floats,
    'f32',
    'f32',
    () => f32x4.all(-0.1),
    () => Math.fround(-0.1),
  );
  check(
    'splat',
    floats,
    'f32',
    'f32',
    () => f32x4.splat(f32.const(2.75)),
    () => 2.75,
  );
  for (const lane of [0, 3])
    check(
      `extract_lane ${lane}`,
      floats,
      'f32',
      'f32',
      (a) => f32x4.splat(f32x4.extract_lane(a, lane)),
      (a) => a[lane]!,
    );

  test('convert_i32x4_s', () => {
    const integers = Int32Array.of(1, -7, 2 ** 31 - 1, -(2 ** 31));
    const got = lanes(
      evaluate(integers, ({ at }) => f32x4.convert_i32x4_s(at(0))),
      'f32',
    );
    assert.deepEqual(got, [...integers].map(Math.fround));
  });

  for (const [name, code, sign, wanted] of [
    ['relaxed_madd', f32x4.relaxed_madd, 1, [11, -19, 3]],
    ['relaxed_nmadd', f32x4.relaxed_nmadd, -1, [-9, 23, 3]],
  ] as const)
    test(`${name} rounds once or twice`, () => {
      const [a, b, c] = [1.0000001, 1 + 2 ** -12, -sign].map(Math.fround) as [number, number, number];
      const operands = Float32Array.of(a, 2, -3, 0, b, 5, 7, 4, c, 1, 2, 3);
      const got = lanes(
        evaluate(operands, ({ at }) => code(at(0), at(1), at(2))),
        'f32',
      );
      assert.deepEqual(got.slice(1), wanted);
      const once = Math.fround(sign * a * b + c);
      assert.ok([once, Math.fround(Math.fround(sign * a * b) + c)].includes(got[0]!), `${got[0]}`);
    });
});
