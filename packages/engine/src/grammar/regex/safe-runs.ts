import { groupsAmong, groupsWhere, TEXT_GROUPS, WORD_GROUPS } from '../automaton/byte-groups.ts';
import type { Run } from '../automaton/state.ts';
import type { CharDfa, CharEdge } from './char-dfa.ts';

/** Distances are found for so many sets of groups at most. */
const MOST_SETS = 24;

/**
 * Tells which characters may come at a place of an automaton, whatever their order: any text of some groups of
 * characters up to some length. So a mask need not follow each of the tokens that are made of them.
 */
export class SafeRuns {
  readonly #dfa: CharDfa;
  /** Groups that are written as they are. */
  readonly #plain: number;
  /** By place, groups of which every character may come; by place and edge, groups with some character of the edge. */
  #alive: number[] = [];
  #edgeGroups: number[][] = [];
  readonly #distances = new Map<number, Float64Array>();

  constructor(dfa: CharDfa, plain: number) {
    this.#dfa = dfa;
    this.#plain = plain;
  }

  at(place: number): Run[] {
    const edges = this.#dfa.edges[place]!;
    if (this.#alive.length === 0) {
      this.#alive = this.#dfa.edges.map((out) => covered(out) & this.#plain);
      this.#edgeGroups = this.#dfa.edges.map((out) => out.map(({ from, to }) => groupsAmong(from, to)));
    }
    const alive = this.#alive[place]!;
    const runs: Run[] = [];
    const add = (groups: number, chars: number): void => {
      const isKnown = runs.some((run) => (groups & ~run.groups) === 0 && run.chars >= chars);
      if (groups !== 0 && chars > 0 && !isKnown) runs.push({ groups, chars });
    };
    add(covered(edges.filter(({ target }) => target === place)) & this.#plain, Number.POSITIVE_INFINITY);
    for (const groups of [alive, alive & TEXT_GROUPS, alive & WORD_GROUPS]) add(groups, this.#distance(place, groups));
    return runs;
  }

  /** How many characters of the groups may surely come: the shortest way to where one of them may not. */
  #distance(place: number, groups: number): number {
    if (groups === 0) return 0;
    let distances = this.#distances.get(groups);
    if (!distances) {
      if (this.#distances.size >= MOST_SETS) return 0;
      distances = this.#search(groups);
      this.#distances.set(groups, distances);
    }
    return distances[place]!;
  }

  #search(groups: number): Float64Array {
    const { edges } = this.#dfa;
    const sources: number[][] = edges.map(() => []);
    const distances = new Float64Array(edges.length).fill(Number.POSITIVE_INFINITY);
    const open: number[] = [];
    for (const [place, out] of edges.entries()) {
      if ((this.#alive[place]! & groups) !== groups) {
        distances[place] = 0;
        open.push(place);
        continue;
      }
      for (const [i, { target }] of out.entries())
        if (this.#edgeGroups[place]![i]! & groups) sources[target]!.push(place);
    }
    for (const place of open) {
      for (const source of sources[place]!) {
        if (distances[source] !== Number.POSITIVE_INFINITY) continue;
        distances[source] = distances[place]! + 1;
        open.push(source);
      }
    }
    return distances;
  }
}

/** The groups of which the ordered edges have every character. */
function covered(edges: readonly CharEdge[]): number {
  return groupsWhere((first, last) => {
    let next = first;
    for (const { from, to } of edges) if (from <= next && to >= next) next = to + 1;
    return next > last;
  });
}
