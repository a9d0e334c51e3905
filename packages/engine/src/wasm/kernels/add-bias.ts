import { advance, type Func, f32x4, func, type Local, v128, whileAtLeast } from '../assembler/index.ts';
import { each } from './emit.ts';

/** `addBias(out, bias, rows, panels)`: out[r][c] += bias[c] for the 16 columns of each of `panels` neighbouring panels. */
export function addBiasKernel({ outStride }: { outStride: number }): Func {
  return func('add-bias', ['i32', 'i32', 'i32', 'i32'], ([out, bias, rows, panels], { locals }) => {
    const [row, left] = locals(2, 'i32') as [Local<'i32'>, Local<'i32'>];
    const held = locals(4, 'v128');
    return [
      whileAtLeast(
        panels,
        1,
        row.set(out.get),
        left.set(rows.get),
        ...held.map((b, v) => b.set(v128.load(bias.get, v * 16))),
        whileAtLeast(
          left,
          1,
          ...each(4).map((v) => v128.store(row.get, f32x4.add(v128.load(row.get, v * 16), held[v]!.get), v * 16)),
          advance(row, outStride),
        ),
        advance(out, 64),
        advance(bias, 64),
      ),
    ];
  });
}
