import { iq4_nl } from '../../checkpoint/blocks/iq4.ts';
import {
  advance,
  type Expr,
  type Func,
  func,
  i8x16,
  i16x8,
  i32,
  i32x4,
  type Local,
  type Scope,
  type Statement,
  v128,
  whileAtLeast,
} from '../assembler/index.ts';
import { PANEL_ROWS } from '../panels/panel-format.ts';
import { each } from './emit.ts';
import { packQ4K, packQ5K, packQ6K } from './pack-k.ts';
import { transpose, units } from './transpose.ts';

/**
 * Kernels `pack(input, out, panels, blocks, rowBytes)` that lay rows of `blocks` · 32 columns down in panels as they stand
 * in the file, 16 rows a panel: what unpacking to codes and packing those gives (see `packPanel`), without the codes in
 * between. By format of the file and kind of panel.
 */
export const PACK_KERNELS: Readonly<Record<string, Readonly<Record<string, () => Func>>>> = {
  /** 34 bytes a block: the scale (f16), 32 codes. */
  Q8_0: bytePanels(34, (at, half) => v128.load(at, 2 + half * 16)),

  /** 18 bytes a block: the scale (f16), 16 bytes with the number of code j's level low and of code j + 16's high. */
  IQ4_NL: {
    q8: bytePanels(18, (at, half, hoist) => {
      const stored = v128.load(at, 2);
      const numbers = v128.and(half === 0 ? stored : i16x8.shr_u(stored, i32.const(4)), hoist(i8x16.all(15)));
      return i8x16.swizzle(hoist(i8x16.of(Int8Array.from(iq4_nl.encoding.levels!))), numbers);
    }).q8,
    n4: nibblePanels,
  },

  /** 18 bytes a block: the scale (f16), 16 bytes with code j low and code j + 16 high. */
  Q4_0: { q4: nibblePanels },

  Q4_K: { q4: packQ4K },
  Q5_K: { q6: packQ5K },
  Q6_K: { q6: packQ6K },
};

/** In a panel code j + 4 stands above code j: the words of a row change partners, then squares of four turn. */
function nibblePanels(): Func {
  return packKernel(18, 16, (rows, out, vectors, hoist) => {
    const [low, high] = [vectors[8]!, vectors[9]!];
    const nibbles = hoist(i8x16.all(15));
    const { turn, turned } = transpose(vectors.slice(0, 4), vectors.slice(4, 8));
    const load = (row: Local<'v128'>) => (at: Expr<'i32'>) => [
      low.set(v128.load(at, 2)),
      high.set(v128.and(i16x8.shr_u(low.get, i32.const(4)), nibbles)),
      low.set(v128.and(low.get, nibbles)),
      row.set(
        v128.or(
          i8x16.shuffle(low.get, high.get, units(4, [0, 2, 4, 6])),
          i32x4.shl(i8x16.shuffle(low.get, high.get, units(4, [1, 3, 5, 7])), i32.const(4)),
        ),
      ),
    ];
    return [
      rows.restart,
      ...each(4).flatMap((group) => [
        ...vectors.slice(0, 4).flatMap((row) => rows.next(load(row))),
        ...turn,
        ...turned.map((words, i) => v128.store(out, words, i * 64 + group * 16)),
      ]),
    ];
  });
}

/** Sixteen codes of a row, in order: those of the first or second half of the block at an address. */
type HalfBlock = (at: Expr<'i32'>, half: number, hoist: Scope['hoist']) => Expr<'v128'>;

/** Panels of whole bytes, from blocks of `fileBlock` bytes. */
function bytePanels(fileBlock: number, codesOf: HalfBlock): Readonly<Record<'q8' | 'u8', () => Func>> {
  return {
    /** Squares of eight pairs of codes of eight rows turn. */
    q8: () =>
      packKernel(fileBlock, 32, (rows, out, vectors, hoist) => {
        const { turn, turned } = transpose(vectors.slice(0, 8), vectors.slice(8, 16));
        return each(2).flatMap((half) => [
          rows.restart,
          ...each(2).flatMap((group) => [
            ...vectors.slice(0, 8).flatMap((row) => rows.next((at) => [row.set(codesOf(at, half, hoist))])),
            ...turn,
            ...turned.map((pairs, i) => v128.store(out, pairs, (half * 8 + i) * 32 + group * 16)),
          ]),
        ]);
      }),
    /** Squares of four fours of codes of four rows turn; flipping the top bit of a code raises it by 128. */
    u8: () =>
      packKernel(fileBlock, 32, (rows, out, vectors, hoist) => {
        const top = hoist(i8x16.all(-128));
        const { turn, turned } = transpose(vectors.slice(0, 4), vectors.slice(4, 8));
        return each(2).flatMap((half) => [
          rows.restart,
          ...each(4).flatMap((group) => [
            ...vectors.slice(0, 4).flatMap((row) => rows.next((at) => [row.set(codesOf(at, half, hoist))])),
            ...turn,
            ...turned.map((fours, i) => v128.store(out, v128.xor(fours, top), (half * 4 + i) * 64 + group * 16)),
          ]),
        ]);
      }),
  };
}

/** Walks down the rows of a panel at one block: to the first, and from one to the next after `use` of its address. */
type RowWalk = { restart: Statement; next: (use: (at: Expr<'i32'>) => Statement[]) => Statement[] };

/**
 * Goes through blocks of 32 columns, `fileBlock` bytes each in the file: the scales of 16 rows, then what `codes` gives
 * stores their codes from `out` on, `rowCodes` bytes a row.
 */
function packKernel(
  fileBlock: number,
  rowCodes: number,
  codes: (rows: RowWalk, out: Expr<'i32'>, vectors: Local<'v128'>[], hoist: Scope['hoist']) => Statement[],
): Func {
  const params = ['i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return func('pack', params, ([input, out, panels, blocks, rowBytes], { local, locals, hoist }) => {
    const [block, at, left] = [local('i32'), local('i32'), local('i32')];
    const rows: RowWalk = {
      restart: at.set(block.get),
      next: (use) => [...use(at.get), at.set(i32.add(at.get, rowBytes.get))],
    };
    return [
      whileAtLeast(
        panels,
        1,
        block.set(input.get),
        left.set(blocks.get),
        whileAtLeast(
          left,
          1,
          rows.restart,
          ...each(PANEL_ROWS).flatMap((r) => rows.next((from) => [i32.store16(out.get, i32.load16_u(from), r * 2)])),
          advance(out, PANEL_ROWS * 2),
          ...codes(rows, out.get, locals(16, 'v128'), hoist),
          advance(out, PANEL_ROWS * rowCodes),
          advance(block, fileBlock),
        ),
        input.set(i32.add(input.get, i32.mul(rowBytes.get, i32.const(PANEL_ROWS)))),
      ),
    ];
  });
}
