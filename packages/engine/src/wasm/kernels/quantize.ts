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
import { ROUNDER } from './math.ts';

/**
 * A row rounded to 8 bits in blocks of 32. Each has its 32 codes as i8, its scale, the sums of its halves as i32, and minus
 * the sum of both; so whoever walks along a row needs one pointer and small offsets. Where they are `wide`, the codes stand
 * behind the blocks once more, as i16. Offsets in bytes.
 */
export function quantizedRow(width: number, wide: boolean): { codes16: number; bytes: number } {
  const codes16 = Math.ceil(((width / 32) * BLOCK_AT.bytes) / 64) * 64;
  return { codes16, bytes: Math.ceil((codes16 + (wide ? 2 * width : 0)) / 64) * 64 };
}

/** Offsets within a block of a rounded row, and its bytes. */
export const BLOCK_AT = { codes: 0, scale: 32, sums: 36, lessSum: 44, bytes: 48 } as const;

export type QuantizeShape = {
  /** A multiple of 32. */
  width: number;
  /** Bytes between rows of the input. */
  inputStride: number;
  /** Whether codes are wanted as i16, too. */
  wide: boolean;
};

/**
 * `quantize(input, out, rows)`: rounds f32 rows to 8 bits, code = round(x / scale) with scale = max|x| / 127 in every
 * block of 32, laid out as `quantizedRow` says. Halves go to the even neighbour. A block of zeros gets scale 0.
 */
export function quantizeKernel({ width, inputStride, wide }: QuantizeShape): Func {
  const row = quantizedRow(width, wide);
  return func('quantize', ['i32', 'i32', 'i32'], ([input, out, rows], { local, locals, hoist }) => {
    const [x, block, codes16, count] = locals(4, 'i32') as [L, L, L, L];
    const values = locals(8, 'v128');
    const halves = locals(4, 'v128');
    const sums = locals(2, 'v128');
    const max = local('v128');
    const [scale, inverse] = locals(2, 'f32') as [F, F];
    const factor = local('v128');
    const ones = hoist(i16x8.all(1));
    const rounder = hoist(f32x4.all(ROUNDER));
    const rounderBits = hoist(i32x4.all(new Int32Array(Float32Array.of(ROUNDER).buffer)[0]!));
    const round = [
      ...values.map((v, i) => v.set(v128.load(x.get, i * 16))),
      max.set(f32x4.abs(values[0]!.get)),
      // Numbers without sign are ordered as their bits are, and so a NaN is the largest: it must not be lost.
      ...values.slice(1).map((v) => max.set(i32x4.max_s(max.get, f32x4.abs(v.get)))),
      max.set(i32x4.max_s(max.get, rotate(max, 8))),
      max.set(i32x4.max_s(max.get, rotate(max, 4))),
      scale.set(f32.div(f32x4.extract_lane(max.get, 0), f32.const(127))),
      // 0 / 0 must not become NaN: with a tiny floor a block of zeros is 0 · huge = 0.
      inverse.set(f32.div(f32.const(1), f32.max(scale.get, f32.const(2 ** -126)))),
      factor.set(f32x4.splat(inverse.get)),
      ...values.map((v) => v.set(i32x4.sub(f32x4.add(f32x4.mul(v.get, factor.get), rounder), rounderBits))),
      ...halves.map((h, i) => h.set(i16x8.narrow_i32x4_s(values[2 * i]!.get, values[2 * i + 1]!.get))),
      ...(wide ? [...halves.map((h, i) => v128.store(codes16.get, h.get, i * 16)), advance(codes16, 64)] : []),
      ...[0, 1].map((i) =>
        v128.store(
          block.get,
          i8x16.narrow_i16x8_s(halves[2 * i]!.get, halves[2 * i + 1]!.get),
          BLOCK_AT.codes + i * 16,
        ),
      ),
      f32.store(block.get, scale.get, BLOCK_AT.scale),
      ...sums.flatMap((sum, i) => [
        sum.set(i32x4.dot_i16x8_s(i16x8.add(halves[2 * i]!.get, halves[2 * i + 1]!.get), ones)),
        sum.set(i32x4.add(sum.get, rotate(sum, 8))),
        sum.set(i32x4.add(sum.get, rotate(sum, 4))),
        i32.store(block.get, i32x4.extract_lane(sum.get, 0), BLOCK_AT.sums + i * 4),
      ]),
      i32.store(
        block.get,
        i32x4.extract_lane(i32x4.sub(v128.zero, i32x4.add(sums[0]!.get, sums[1]!.get)), 0),
        BLOCK_AT.lessSum,
      ),
      advance(x, 128),
      advance(block, BLOCK_AT.bytes),
    ];
    return [
      whileAtLeast(
        rows,
        1,
        x.set(input.get),
        block.set(out.get),
        codes16.set(i32.add(out.get, i32.const(row.codes16))),
        ...repeat(count, width / 32, ...round),
        advance(input, inputStride),
        advance(out, row.bytes),
      ),
    ];
  });
}

type L = Local<'i32'>;
type F = Local<'f32'>;
