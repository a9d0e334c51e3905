import { advance, type Local, repeat, type Statement } from '../assembler/index.ts';
import { each } from './emit.ts';

/**
 * Walks `width` numbers that several pointers see side by side: vectors of four in unrolled runs, then what is left.
 * `vector` and `lane` get a byte offset from the pointers, and the number of the vector in its run. The pointers end
 * behind the last run, so they are good for one walk.
 */
export function strip(
  width: number,
  count: Local<'i32'>,
  pointers: Local<'i32'>[],
  vector: (offset: number, index: number) => Statement[],
  lane: (offset: number) => Statement[],
  unroll = 4,
): Statement[] {
  const vectors = Math.floor(width / 4);
  const left = vectors % unroll;
  return [
    ...repeat(
      count,
      Math.floor(vectors / unroll),
      ...each(unroll).flatMap((i) => vector(i * 16, i)),
      ...pointers.map((p) => advance(p, unroll * 16)),
    ),
    ...each(left).flatMap((i) => vector(i * 16, i)),
    ...each(width % 4).flatMap((i) => lane(left * 16 + i * 4)),
  ];
}
