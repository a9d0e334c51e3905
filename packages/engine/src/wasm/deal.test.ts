import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deal, shareOf } from './deal.ts';

/** Workers that count claims together; each keeps the pieces that it got. */
function crewOf(workers: number) {
  const claims = new Array<number>(workers).fill(0);
  return Array.from({ length: workers }, (_, worker) => ({
    worker,
    workers,
    claim: (owner: number) => claims[owner]!++,
    pieces: [] as [from: number, to: number][],
  }));
}

const unitsOf = (pieces: [number, number][]) =>
  pieces.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
const all = (count: number) => Array.from({ length: count }, (_, unit) => unit);
const rising = (units: number[]) => units.sort((a, b) => a - b);

describe('dealing out work', () => {
  for (const workers of [1, 2, 3, 5])
    for (const count of [0, 1, 2, 7, 64, 1000])
      test(`${count} units among ${workers}: shares lie side by side`, () => {
        const shares = crewOf(workers).map((lane) => shareOf(lane, count));
        assert.deepEqual(unitsOf(shares.map(({ from, to }) => [from, to])), all(count));
        const sizes = shares.map(({ from, to }) => to - from);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      });

  test('a worker walks through its own share from front to back before it helps others', () => {
    const [, second] = crewOf(2);
    deal(second!, 64, (from, to) => second!.pieces.push([from, to]));
    assert.deepEqual(unitsOf(second!.pieces), [...all(64).slice(32), ...all(32)]);
  });

  for (const workers of [2, 3, 5])
    for (const count of [1, 7, 64, 1000])
      for (const held of [0, 1])
        test(`${count} units among ${workers}, worker ${held} held up: the others do what is left of its share`, () => {
          const crew = crewOf(workers);
          let isHeld = false;
          const run = (lane: (typeof crew)[number]) =>
            deal(lane, count, (from, to) => {
              lane.pieces.push([from, to]);
              if (lane.worker !== held || isHeld) return;
              isHeld = true;
              for (const other of crew) if (other !== lane) run(other);
            });
          run(crew[held]!);
          assert.deepEqual(rising(crew.flatMap(({ pieces }) => unitsOf(pieces))), all(count));
          assert.equal(crew[held]!.pieces.length, isHeld ? 1 : 0);
        });
});
