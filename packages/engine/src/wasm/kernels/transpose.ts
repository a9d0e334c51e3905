import { type Expr, i8x16, type Local, type Statement } from '../assembler/index.ts';
import { each } from './emit.ts';

/**
 * Turns a square: vector i of `turned` holds number i of each of the given vectors, in their order. Every round
 * interleaves the first half of the vectors with the second; as many rounds as bits of an index make the exchange whole.
 */
export function transpose(
  vectors: readonly Local<'v128'>[],
  spare: readonly Local<'v128'>[],
): { turn: Statement[]; turned: Expr<'v128'>[] } {
  const n = vectors.length;
  const half = n / 2;
  const interleave = (from: readonly Local<'v128'>[], i: number) => {
    const first = (i % 2) * half;
    const order = each(half).flatMap((k) => [first + k, n + first + k]);
    return i8x16.shuffle(from[i >> 1]!.get, from[(i >> 1) + half]!.get, units(16 / n, order));
  };
  const turn: Statement[] = [];
  let [from, to] = [vectors, spare];
  for (let round = 1; round < Math.log2(n); round++) {
    turn.push(...to.map((vector, i) => vector.set(interleave(from, i))));
    [from, to] = [to, from];
  }
  return { turn, turned: each(n).map((i) => interleave(from, i)) };
}

/** Lanes of a shuffle that moves `size` bytes at a time. */
export function units(size: number, order: readonly number[]): number[] {
  return order.flatMap((unit) => each(size).map((byte) => unit * size + byte));
}
