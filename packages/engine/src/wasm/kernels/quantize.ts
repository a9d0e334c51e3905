import {
  advance,
  type Func,
  f32,
  f32x4,
  func,
  i8x16,
  i16x8,
  i32,
  i32x4,
  type Local,
  repeat,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import { rotate } from './emit.ts';

/**
 * A row rounded to 8 bits in blocks of 32: the codes as i8 and again as i16 (4-bit weights meet the former, 8-bit
 * weights the latter), a scale a block, and for every 16 codes their sum as i32. Offsets in bytes.
 */
export function quantizedRow(width: number): { codes16: number; scales: number; sums: number; bytes: number } {
  const codes16 = Math.ceil(width / 64) * 64;
  const scales = codes16 + 2 * width;
  const sums = scales + width / 8;
  return { codes16, scales, sums, bytes: Math.ceil((sums + width / 4) / 64) * 64 };
}

export type QuantizeShape = {
  /** A multiple of 32. */
  width: number;
  /** Bytes between rows of the input. */
  inputStride: number;
};

/**
 * `quantize(input, out, rows)`: rounds f32 rows to 8 bits, code = round(x / scale) with scale = max|x| / 127 in every
 * block of 32, laid out as `quantizedRow` says. Halves go to the even neighbour. A block of zeros gets scale 0.
 */
export function quantizeKernel({ width, inputStride }: QuantizeShape): Func {
  const row = quantizedRow(width);
  return func('quantize', ['i32', 'i32', 'i32'], ([input, out, rows], { local, locals, hoist }) => {
    const [x, codes, wide, scales, sums, count] = locals(6, 'i32') as [L, L, L, L, L, L];
    const values = locals(8, 'v128');
    const halves = locals(4, 'v128');
    const [max, sum] = [local('v128'), local('v128')];
    const [scale, inverse] = locals(2, 'f32') as [F, F];
    const factor = local('v128');
    const rotated = (by: number) => rotate(max, by);
    /** Sum of 16 codes in two vectors of eight. */
    const sumOf = (a: L128, b: L128) => [
      sum.set(i32x4.add(i32x4.dot_i16x8_s(a.get, ones), i32x4.dot_i16x8_s(b.get, ones))),
      sum.set(i32x4.add(sum.get, rotate(sum, 8))),
      sum.set(i32x4.add(sum.get, rotate(sum, 4))),
    ];
    const ones = hoist(i16x8.all(1));
    const block = [
      ...values.map((v, i) => v.set(v128.load(x.get, i * 16))),
      max.set(f32x4.abs(values[0]!.get)),
      ...values.slice(1).map((v) => max.set(f32x4.pmax(max.get, f32x4.abs(v.get)))),
      max.set(f32x4.pmax(max.get, rotated(8))),
      max.set(f32x4.pmax(max.get, rotated(4))),
      scale.set(f32.div(f32x4.extract_lane(max.get, 0), f32.const(127))),
      // 0 / 0 must not become NaN: with a tiny floor a block of zeros is 0 · huge = 0.
      inverse.set(f32.div(f32.const(1), f32.max(scale.get, f32.const(2 ** -126)))),
      factor.set(f32x4.splat(inverse.get)),
      ...values.map((v) => v.set(i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v.get, factor.get))))),
      ...halves.map((h, i) => h.set(i16x8.narrow_i32x4_s(values[2 * i]!.get, values[2 * i + 1]!.get))),
      ...halves.map((h, i) => v128.store(wide.get, h.get, i * 16)),
      v128.store(codes.get, i8x16.narrow_i16x8_s(halves[0]!.get, halves[1]!.get)),
      v128.store(codes.get, i8x16.narrow_i16x8_s(halves[2]!.get, halves[3]!.get), 16),
      f32.store(scales.get, scale.get),
      ...[0, 1].flatMap((g) => [
        ...sumOf(halves[2 * g]!, halves[2 * g + 1]!),
        i32.store(sums.get, i32x4.extract_lane(sum.get, 0), g * 4),
      ]),
      advance(x, 128),
      advance(codes, 32),
      advance(wide, 64),
      advance(scales, 4),
      advance(sums, 8),
    ];
    return [
      whileAtLeast(
        rows,
        1,
        x.set(input.get),
        codes.set(out.get),
        wide.set(i32.add(out.get, i32.const(row.codes16))),
        scales.set(i32.add(out.get, i32.const(row.scales))),
        sums.set(i32.add(out.get, i32.const(row.sums))),
        ...repeat(count, width / 32, ...block),
        advance(input, inputStride),
        advance(out, row.bytes),
      ),
    ];
  });
}

type L = Local<'i32'>;
type F = Local<'f32'>;
type L128 = Local<'v128'>;
