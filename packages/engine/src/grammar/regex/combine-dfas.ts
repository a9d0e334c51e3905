import type { Budget } from '../budget.ts';
import { type CharDfa, type CharEdge, tidy } from './char-dfa.ts';
import { ANY_CHAR, complement, rangesOf } from './char-set.ts';
import { compileRegex } from './compile-regex.ts';
import { anyText, chars, repeat } from './regex.ts';

/** The texts that are in both. Null for none. */
export function intersect(a: CharDfa, b: CharDfa, budget: Budget): CharDfa | null {
  const places = new Map<number, number>();
  const pairs: (readonly [number, number])[] = [];
  const placeOf = (left: number, right: number): number => {
    const key = left * b.edges.length + right;
    let place = places.get(key);
    if (place === undefined) {
      budget.spend(1);
      place = pairs.push([left, right]) - 1;
      places.set(key, place);
    }
    return place;
  };
  placeOf(0, 0);
  const edges: CharEdge[][] = [];
  for (let place = 0; place < pairs.length; place++) {
    const [left, right] = pairs[place]!;
    const outA = a.edges[left]!;
    const outB = b.edges[right]!;
    const out: CharEdge[] = [];
    for (let i = 0, j = 0; i < outA.length && j < outB.length; ) {
      const from = Math.max(outA[i]!.from, outB[j]!.from);
      const to = Math.min(outA[i]!.to, outB[j]!.to);
      if (from <= to) out.push({ from, to, target: placeOf(outA[i]!.target, outB[j]!.target) });
      if (outA[i]!.to < outB[j]!.to) i++;
      else j++;
    }
    edges.push(out);
  }
  const isFinal = pairs.map(([left, right]) => a.isFinal[left]! && b.isFinal[right]!);
  return tidy({ isFinal, edges }, budget);
}

/** The texts that are not in `dfa`. Null for none. */
export function invert(dfa: CharDfa | null, budget: Budget): CharDfa | null {
  if (!dfa) return compileRegex(anyText, budget);
  const other = dfa.edges.length;
  const all = rangesOf(ANY_CHAR).map(([from, to]) => ({ from, to, target: other }));
  const edges = dfa.edges.map((out) => {
    const gaps = rangesOf(complement(out.flatMap(({ from, to }) => [from, to])));
    return [...out, ...gaps.map(([from, to]) => ({ from, to, target: other }))].sort((x, y) => x.from - y.from);
  });
  return tidy({ isFinal: [...dfa.isFinal.map((final) => !final), true], edges: [...edges, all] }, budget);
}

/** The texts with `min` to `max` characters. */
export function lengthDfa(min: number, max: number, budget: Budget): CharDfa | null {
  return compileRegex(repeat(chars(ANY_CHAR), min, max), budget);
}
