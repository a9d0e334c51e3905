import { advance, type Local, repeat, type Statement } from '../assembler/index.ts';
import { each } from './emit.ts';

/** Vectors of a run that becomes one of 256 bits. */
export const PAIR = 2;

/**
 * Walks `width` numbers that several pointers see side by side: vectors of four in unrolled runs, then what is left.
 * `run` gets the byte offsets from the pointers of all vectors of a run, and so can put loads beside loads and stores beside
 * stores, which is what lets V8 fuse them; `lane` gets that of a single number. The pointers end behind the last run, so
 * they are good for one walk.
 */
export function strip(
  width: number,
  count: Local<'i32'>,
  pointers: Local<'i32'>[],
  run: (offsets: number[]) => Statement[],
  lane: (offset: number) => Statement[],
  unroll = 4,
): Statement[] {
  const vectors = Math.floor(width / 4);
  const left = vectors % unroll;
  const offsets = (n: number) => each(n).map((i) => i * 16);
  return [
    ...repeat(
      count,
      Math.floor(vectors / unroll),
      ...run(offsets(unroll)),
      ...pointers.map((p) => advance(p, unroll * 16)),
    ),
    ...run(offsets(left)),
    ...each(width % 4).flatMap((i) => lane(left * 16 + i * 4)),
  ];
}
