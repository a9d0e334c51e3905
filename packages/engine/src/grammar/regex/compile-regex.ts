import type { Budget } from '../budget.ts';
import { type CharDfa, type CharEdge, tidy } from './char-dfa.ts';
import type { CharSet } from './char-set.ts';
import type { Regex } from './regex.ts';

/** A nondeterministic automaton: by state its edges, and what it stands for as well, perhaps only at an end of the text. */
type Nfa = {
  readonly edges: (readonly [set: CharSet, target: number] | null)[];
  readonly jumps: number[][];
  readonly startJumps: (number | null)[];
  readonly endJumps: (number | null)[];
};

/** The texts that match as a whole. Null for none. Thompson's construction, then that of subsets. */
export function compileRegex(regex: Regex, budget: Budget): CharDfa | null {
  const nfa: Nfa = { edges: [], jumps: [], startJumps: [], endJumps: [] };
  const end = newState(nfa, budget);
  const start = build(regex, end, nfa, budget);
  return determinize(nfa, start, end, budget);
}

function newState(nfa: Nfa, budget: Budget): number {
  budget.spend(1);
  nfa.jumps.push([]);
  nfa.startJumps.push(null);
  nfa.endJumps.push(null);
  return nfa.edges.push(null) - 1;
}

/** Builds the states of `regex` before `next`; returns the first. */
function build(regex: Regex, next: number, nfa: Nfa, budget: Budget): number {
  if (regex.kind === 'sequence') return regex.parts.reduceRight((after, part) => build(part, after, nfa, budget), next);
  if (regex.kind === 'repeat') return buildRepeat(regex.part, regex.min, regex.max, next, nfa, budget);
  if (regex.kind === 'dfa') return buildDfa(regex.dfa, next, nfa, budget);
  const state = newState(nfa, budget);
  if (regex.kind === 'chars') nfa.edges[state] = [regex.set, next];
  else if (regex.kind === 'start') nfa.startJumps[state] = next;
  else if (regex.kind === 'end') nfa.endJumps[state] = next;
  else if (regex.kind === 'choice')
    for (const part of regex.parts) nfa.jumps[state]!.push(build(part, next, nfa, budget));
  return state;
}

function buildRepeat(part: Regex, min: number, max: number, next: number, nfa: Nfa, budget: Budget): number {
  let state = next;
  if (max === Number.POSITIVE_INFINITY) {
    const loop = newState(nfa, budget);
    nfa.jumps[loop]!.push(build(part, loop, nfa, budget), next);
    state = loop;
  } else {
    for (let i = min; i < max; i++) {
      const optional = newState(nfa, budget);
      nfa.jumps[optional]!.push(build(part, state, nfa, budget), next);
      state = optional;
    }
  }
  for (let i = 0; i < min; i++) {
    budget.spend(1);
    state = build(part, state, nfa, budget);
  }
  return state;
}

function buildDfa({ isFinal, edges }: CharDfa, next: number, nfa: Nfa, budget: Budget): number {
  const states = edges.map(() => newState(nfa, budget));
  for (const [from, state] of states.entries()) {
    if (isFinal[from]) nfa.jumps[state]!.push(next);
    for (const edge of edges[from]!) {
      const step = newState(nfa, budget);
      nfa.edges[step] = [[edge.from, edge.to], states[edge.target]!];
      nfa.jumps[state]!.push(step);
    }
  }
  return states[0]!;
}

function determinize(nfa: Nfa, start: number, end: number, budget: Budget): CharDfa | null {
  const places = new Map<string, number>();
  const sets: (readonly number[])[] = [];
  const isFinal: boolean[] = [];
  const placeOf = (states: readonly number[]): number => {
    const key = states.join();
    let place = places.get(key);
    if (place === undefined) {
      budget.spend(1);
      place = sets.push(states) - 1;
      places.set(key, place);
      isFinal.push(closure(nfa, states, false, true, budget).includes(end));
    }
    return place;
  };
  // Not to be met again: only here may both anchors hold.
  sets.push(closure(nfa, [start], true, false, budget));
  isFinal.push(closure(nfa, [start], true, true, budget).includes(end));
  const edges: CharEdge[][] = [];
  for (let place = 0; place < sets.length; place++) {
    edges.push(
      disjointEdges(nfa, sets[place]!, budget).map(({ from, to, targets }) => ({
        from,
        to,
        target: placeOf(closure(nfa, targets, false, false, budget)),
      })),
    );
  }
  return tidy({ isFinal, edges }, budget);
}

/** All that states stand for; only those with edges, an anchor or the end count, ordered. */
function closure(nfa: Nfa, states: readonly number[], atStart: boolean, atEnd: boolean, budget: Budget): number[] {
  const reached = new Set(states);
  for (const state of reached) {
    budget.tick();
    for (const target of nfa.jumps[state]!) reached.add(target);
    const onStart = atStart ? nfa.startJumps[state] : null;
    const onEnd = atEnd ? nfa.endJumps[state] : null;
    if (typeof onStart === 'number') reached.add(onStart);
    if (typeof onEnd === 'number') reached.add(onEnd);
  }
  const kept = [...reached].filter((state) => nfa.edges[state] || nfa.endJumps[state] !== null || state === 0);
  return kept.sort((a, b) => a - b);
}

type Split = { readonly from: number; readonly to: number; readonly targets: readonly number[] };

/** Edges of several states, cut so that none overlap. */
function disjointEdges(nfa: Nfa, states: readonly number[], budget: Budget): Split[] {
  const borders: { at: number; target: number; by: 1 | -1 }[] = [];
  for (const state of states) {
    const edge = nfa.edges[state];
    if (!edge) continue;
    const [set, target] = edge;
    for (let i = 0; i < set.length; i += 2)
      borders.push({ at: set[i]!, target, by: 1 }, { at: set[i + 1]! + 1, target, by: -1 });
    budget.tick();
  }
  borders.sort((a, b) => a.at - b.at);
  const open = new Map<number, number>();
  const splits: Split[] = [];
  let from = 0;
  for (const { at, target, by } of borders) {
    budget.tick();
    if (at > from && open.size > 0) splits.push({ from, to: at - 1, targets: [...open.keys()].sort((a, b) => a - b) });
    from = at;
    const count = (open.get(target) ?? 0) + by;
    if (count === 0) open.delete(target);
    else open.set(target, count);
  }
  return splits;
}
