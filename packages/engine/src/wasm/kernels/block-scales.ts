import { advance, f32x4, i32x4, type Local, repeat, type Scope, type Statement, v128 } from '../assembler/index.ts';
import { BLOCK, type BlockPanelFormat, blockBytes, PANEL_ROWS, scaleBytes, unitSpan } from '../panels/panel-format.ts';
import { load16 } from './emit.ts';

/** Reads the scales and minima of a block format's panels. */
export type BlockScales = {
  /** Four vectors of four rows each, good from `load` to the next. */
  scale: Local<'v128'>[];
  minimum: Local<'v128'>[];
  /** Those of group `g` of the block at the panel's pointer. */
  load(g: number): Statement[];
  /** Walks the panel's pointer over the blocks of `columns` k, reading units where there are any. */
  eachBlock(columns: number, ...body: Statement[]): Statement[];
};

export function blockScales(format: BlockPanelFormat, wp: Local<'i32'>, { locals, local, hoist }: Scope): BlockScales {
  const [scale, minimum] = [locals(4, 'v128'), locals(4, 'v128')];
  const count = local('i32');
  const walk = (blocks: number, body: Statement[]) => repeat(count, blocks, ...body, advance(wp, blockBytes(format)));
  const { scales, minima } = format;
  if (scales !== 'units') {
    const perGroup = PANEL_ROWS * (scales === 'f16' ? 2 : 4);
    const read = (into: Local<'v128'>[], at: number) => load16(into, wp.get, at, scales === 'f16', hoist);
    return {
      scale,
      minimum,
      load: (g) => [...read(scale, g * perGroup), ...(minima ? read(minimum, scaleBytes(format) + g * perGroup) : [])],
      eachBlock: (columns, ...body) => walk(columns / BLOCK, body),
    };
  }

  const [units, minimumUnits, halves] = [locals(4, 'v128'), locals(4, 'v128'), locals(2, 'v128')];
  const spans = local('i32');
  const { blocks, bytes } = unitSpan(format);
  /** Sixteen whole numbers times their rows' units. */
  const read = (into: Local<'v128'>[], of: Local<'v128'>[], at: number): Statement[] => [
    ...halves.map((half, i) => half.set(v128.load8x8_s(wp.get, at + i * 8))),
    ...into.map((l, v) => {
      const half = halves[v >> 1]!.get;
      const number = v % 2 ? i32x4.extend_high_i16x8_s(half) : i32x4.extend_low_i16x8_s(half);
      return l.set(f32x4.mul(f32x4.convert_i32x4_s(number), of[v]!.get));
    }),
  ];
  return {
    scale,
    minimum,
    load: (g) => [
      ...read(scale, units, g * PANEL_ROWS),
      ...(minima ? read(minimum, minimumUnits, scaleBytes(format) + g * PANEL_ROWS) : []),
    ],
    eachBlock: (columns, ...body) =>
      repeat(
        spans,
        columns / BLOCK / blocks,
        ...load16(units, wp.get, 0, true, hoist),
        ...(minima ? load16(minimumUnits, wp.get, PANEL_ROWS * 2, true, hoist) : []),
        advance(wp, bytes),
        ...walk(blocks, body),
      ),
  };
}
