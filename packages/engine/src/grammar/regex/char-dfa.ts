import type { Budget } from '../budget.ts';

/** An edge for the characters `from` to `to`. */
export type CharEdge = { readonly from: number; readonly to: number; readonly target: number };

/**
 * A deterministic automaton over characters: state 0 is the start, edges of a state are ordered and do not overlap, and
 * from every state some text leads to a final one.
 */
export type CharDfa = { readonly isFinal: readonly boolean[]; readonly edges: readonly (readonly CharEdge[])[] };

/** Where equal states are not found after looking at this many edges, as in long chains, all are kept. */
const MOST_LOOKS = 200_000;

/** Takes out states without an end and joins equal ones. Null where no text is left. */
export function tidy(dfa: CharDfa, budget: Budget): CharDfa | null {
  const live = liveStates(dfa);
  if (!live[0]) return null;
  const kept = dfa.edges.map((edges) => edges.filter(({ target }) => live[target]));
  return joinEqual({ isFinal: dfa.isFinal, edges: kept }, budget);
}

function liveStates({ isFinal, edges }: CharDfa): boolean[] {
  const sources: number[][] = edges.map(() => []);
  for (const [state, out] of edges.entries()) for (const { target } of out) sources[target]!.push(state);
  const live = isFinal.slice();
  const open = [...live.keys()].filter((state) => live[state]);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const source of sources[state]!) {
      if (live[source]) continue;
      live[source] = true;
      open.push(source);
    }
  }
  return live;
}

/** Moore's partition refinement, then the states that can be reached, in the order in which they are. */
function joinEqual(dfa: CharDfa, budget: Budget): CharDfa {
  const { isFinal, edges } = dfa;
  let classes: number[] = isFinal.map((final) => (final ? 1 : 0));
  const size = edges.reduce((sum, out) => sum + out.length + 1, 0);
  for (let count = 0, last = -1, looks = 0; count !== last; ) {
    last = count;
    looks += size;
    if (looks > MOST_LOOKS) {
      classes = [...isFinal.keys()];
      break;
    }
    const known = new Map<string, number>();
    const refined: number[] = [];
    for (const [state, out] of edges.entries()) {
      budget.tick();
      let key = `${classes[state]}`;
      for (const { from, to, target } of merged(out, classes)) key += ` ${from} ${to} ${target}`;
      if (!known.has(key)) known.set(key, known.size);
      refined.push(known.get(key)!);
    }
    count = known.size;
    classes = refined;
  }
  const firstOf = new Map<number, number>();
  for (const [state, found] of classes.entries()) if (!firstOf.has(found)) firstOf.set(found, state);
  const places = new Map([[classes[0]!, 0]]);
  const members = [0];
  const joined: CharEdge[][] = [];
  for (let at = 0; at < members.length; at++) {
    joined.push(
      merged(edges[members[at]!]!, classes).map(({ from, to, target: found }) => {
        let target = places.get(found);
        if (target === undefined) {
          target = members.length;
          places.set(found, target);
          members.push(firstOf.get(found)!);
        }
        return { from, to, target };
      }),
    );
  }
  return { isFinal: members.map((state) => isFinal[state]!), edges: joined };
}

/** Edges to classes, neighbours with one class joined. */
function merged(edges: readonly CharEdge[], classes: readonly number[]): CharEdge[] {
  const out: { from: number; to: number; target: number }[] = [];
  for (const { from, to, target } of edges) {
    const found = classes[target]!;
    const last = out.at(-1);
    if (last && last.target === found && last.to + 1 === from) last.to = to;
    else out.push({ from, to, target: found });
  }
  return out;
}
