import type { Budget } from '../budget.ts';
import type { CharDfa, CharEdge } from '../regex/char-dfa.ts';
import { ANY_CHAR, charSet, complement, rangesOf } from '../regex/char-set.ts';

/** Every text but the given names: their trie, and a state for all that has left it. */
export function otherNames(names: readonly string[], budget: Budget): CharDfa {
  const children: Map<number, number>[] = [new Map()];
  const isFinal = [true];
  for (const name of names) {
    let state = 0;
    for (const char of name) {
      const code = char.codePointAt(0)!;
      let next = children[state]!.get(code);
      if (next === undefined) {
        next = children.push(new Map()) - 1;
        isFinal.push(true);
        children[state]!.set(code, next);
        budget.spend(1);
      }
      state = next;
    }
    isFinal[state] = false;
  }
  const other = children.length;
  const edges = children.map((next) => {
    const own: CharEdge[] = [...next].map(([char, target]) => ({ from: char, to: char, target }));
    const rest = complement(charSet(own.map(({ from, to }) => [from, to])));
    return [...own, ...toOther(rest, other)].sort((a, b) => a.from - b.from);
  });
  return { isFinal: [...isFinal, true], edges: [...edges, toOther(ANY_CHAR, other)] };
}

function toOther(set: readonly number[], target: number): CharEdge[] {
  return rangesOf(set).map(([from, to]) => ({ from, to, target }));
}

/** Whether an automaton accepts a text. */
export function accepts({ edges, isFinal }: CharDfa, text: string): boolean {
  let state = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const edge = edges[state]!.find(({ from, to }) => code >= from && code <= to);
    if (!edge) return false;
    state = edge.target;
  }
  return isFinal[state]!;
}
