import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MergeTable } from './merge-table.ts';
import { mergeByHeap, mergeByScan, mergeWord } from './merge-word.ts';

/** Rules over ids 0 to 3, each making a new id, some of them from earlier results. */
function someRules(): MergeTable {
  const pairs: [number, number][] = [
    [0, 1],
    [4, 0],
    [2, 2],
    [6, 6],
    [1, 0],
    [0, 0],
    [9, 0],
    [7, 3],
    [5, 5],
    [3, 4],
  ];
  const table = new MergeTable(pairs.length);
  pairs.forEach(([left, right], rank) => {
    table.add(left, right, rank, 4 + rank);
  });
  return table;
}

/** The definition: find the best pair, merge its leftmost occurrence, start again. */
function mergeByDefinition(symbols: readonly number[], table: MergeTable): number[] {
  const list = [...symbols];
  for (;;) {
    let best = -1;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < list.length; i++) {
      const slot = table.find(list[i]!, list[i + 1]!);
      if (slot >= 0 && table.rank(slot) < bestRank) {
        best = i;
        bestRank = table.rank(slot);
      }
    }
    if (best < 0) return list;
    list.splice(best, 2, table.merged(table.find(list[best]!, list[best + 1]!)));
  }
}

test('scan and heap merge as the definition does', () => {
  const table = someRules();
  let seed = 3;
  for (let round = 0; round < 3000; round++) {
    const symbols = Array.from({ length: round % 70 }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 30;
    });
    const expected = mergeByDefinition(symbols, table);
    assert.deepEqual([...mergeByScan(Int32Array.from(symbols), table)], expected);
    assert.deepEqual([...mergeByHeap(Int32Array.from(symbols), table)], expected);
    assert.deepEqual([...mergeWord(Int32Array.from(symbols), table)], expected);
  }
});

test('a pair that is given twice keeps its last rank', () => {
  const table = new MergeTable(2);
  table.add(1, 2, 0, 10);
  table.add(1, 2, 5, 11);
  const slot = table.find(1, 2);
  assert.deepEqual([table.rank(slot), table.merged(slot)], [5, 11]);
  assert.equal(table.find(2, 1), -1);
});
