import type { MergeTable } from './merge-table.ts';

/** Words up to this many bytes are merged by rescanning, which beats a heap while everything is in the cache. */
const SCAN_LIMIT = 48;

/**
 * Byte-pair encoding of one word: the pair of lowest rank is merged first, the leftmost of equals, until no rule
 * applies. `symbols` holds the ids of the word's bytes and is overwritten; the result is a part of it.
 */
export function mergeWord(symbols: Int32Array, table: MergeTable): Int32Array {
  return symbols.length <= SCAN_LIMIT ? mergeByScan(symbols, table) : mergeByHeap(symbols, table);
}

/** O(n²), for short words. */
export function mergeByScan(symbols: Int32Array, table: MergeTable): Int32Array {
  let count = symbols.length;
  const slots = new Int32Array(count);
  for (let i = 0; i + 1 < count; i++) slots[i] = table.find(symbols[i]!, symbols[i + 1]!);
  for (;;) {
    let best = -1;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < count; i++) {
      const slot = slots[i]!;
      if (slot < 0) continue;
      const rank = table.rank(slot);
      if (rank < bestRank) {
        bestRank = rank;
        best = i;
      }
    }
    if (best < 0) return symbols.subarray(0, count);
    symbols[best] = table.merged(slots[best]!);
    symbols.copyWithin(best + 1, best + 2, count);
    slots.copyWithin(best + 1, best + 2, count);
    count--;
    if (best > 0) slots[best - 1] = table.find(symbols[best - 1]!, symbols[best]!);
    if (best + 1 < count) slots[best] = table.find(symbols[best]!, symbols[best + 1]!);
  }
}

/** O(n log n): a linked list of symbols and a heap of candidate merges, stale ones skipped when they come up. */
export function mergeByHeap(symbols: Int32Array, table: MergeTable): Int32Array {
  const count = symbols.length;
  const next = new Int32Array(count);
  const previous = new Int32Array(count);
  const alive = new Uint8Array(count).fill(1);
  for (let i = 0; i < count; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  const heap = new CandidateHeap();
  const propose = (left: number): void => {
    const right = next[left]!;
    if (right >= count) return;
    const slot = table.find(symbols[left]!, symbols[right]!);
    if (slot >= 0) heap.push(table.rank(slot), left);
  };
  for (let i = 0; i + 1 < count; i++) propose(i);
  while (heap.size > 0) {
    const rank = heap.topRank;
    const left = heap.pop();
    if (!alive[left]) continue;
    const right = next[left]!;
    if (right >= count) continue;
    const slot = table.find(symbols[left]!, symbols[right]!);
    if (slot < 0 || table.rank(slot) !== rank) continue;
    symbols[left] = table.merged(slot);
    alive[right] = 0;
    const after = next[right]!;
    next[left] = after;
    if (after < count) previous[after] = left;
    if (previous[left]! >= 0) propose(previous[left]!);
    propose(left);
  }
  let length = 0;
  for (let i = 0; i < count; i = next[i]!) symbols[length++] = symbols[i]!;
  return symbols.subarray(0, length);
}

/** A binary heap of (rank, position), ordered by rank, then position. One number holds both: rank · 2³² + position. */
class CandidateHeap {
  readonly #keys: number[] = [];

  get size(): number {
    return this.#keys.length;
  }

  get topRank(): number {
    return Math.floor(this.#keys[0]! / 2 ** 32);
  }

  push(rank: number, position: number): void {
    const keys = this.#keys;
    const key = rank * 2 ** 32 + position;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[at] = keys[parent]!;
      at = parent;
    }
    keys[at] = key;
  }

  /** Removes the best candidate and returns its position. */
  pop(): number {
    const keys = this.#keys;
    const position = keys[0]! % 2 ** 32;
    const last = keys.pop()!;
    if (keys.length > 0) {
      let at = 0;
      for (;;) {
        let child = at * 2 + 1;
        if (child >= keys.length) break;
        if (child + 1 < keys.length && keys[child + 1]! < keys[child]!) child++;
        if (keys[child]! >= last) break;
        keys[at] = keys[child]!;
        at = child;
      }
      keys[at] = last;
    }
    return position;
  }
}
