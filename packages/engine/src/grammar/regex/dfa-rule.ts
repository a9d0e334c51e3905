import { ALL_GROUPS, STRING_GROUPS } from '../automaton/byte-groups.ts';
import type { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import type { CharDfa } from './char-dfa.ts';
import { SafeRuns } from './safe-runs.ts';
import { addCharEdges, type CharTarget } from './utf8-edges.ts';

/** How the characters are written: as they are, or as a JSON string, quotes and escapes included. */
export type CharEncoding = 'raw' | 'json';

/** The short escapes of JSON. Other control characters are `\u00..`; nothing else is escaped, as `JSON.stringify` does. */
const ESCAPES: readonly (readonly [char: number, letter: string])[] = [
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x0c, 'f'],
  [0x0a, 'n'],
  [0x0d, 'r'],
  [0x09, 't'],
];
const SHORT = new Map(ESCAPES.map(([char, letter]) => [char, letter.charCodeAt(0)]));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The texts of an automaton as a rule, or with `then` (of `raw` only) as the beginning of one that goes on there. States
 * are made when they are first needed.
 */
export function dfaRule(dfa: CharDfa, encoding: CharEncoding, machine: Machine, then?: State): Rule {
  const states = new Map<number, State>();
  const end = new State(machine, true);
  const isJson = encoding === 'json';
  const runs = new SafeRuns(dfa, isJson ? STRING_GROUPS : ALL_GROUPS);
  const stateOf = (place: number): State => {
    let state = states.get(place);
    if (!state) {
      const isFinal = dfa.isFinal[place]!;
      state = new State(machine, isFinal && !isJson, (self) => {
        const targets = dfa.edges[place]!.map((edge) => ({ ...edge, target: stateOf(edge.target) }));
        if (isJson) addStringEdges(self, machine, targets, isFinal ? end : null);
        else addCharEdges(self, machine, targets);
        if (isFinal && then) self.jump(then);
        self.runs = runs.at(place);
      });
      states.set(place, state);
    }
    return state;
  };
  if (!isJson) return { start: stateOf(0) };
  const start = new State(machine, false, (self) => self.edge(QUOTE, QUOTE, stateOf(0)));
  return { start };
}

function addStringEdges(state: State, machine: Machine, targets: readonly CharTarget[], end: State | null): void {
  const plain: CharTarget[] = [];
  const escaped: (readonly [char: number, target: State])[] = [];
  for (const { from, to, target } of targets) {
    for (const [low, high] of [
      [0x20, 0x21],
      [0x23, 0x5b],
      [0x5d, 0x10ffff],
    ] as const) {
      if (from <= high && to >= low) plain.push({ from: Math.max(from, low), to: Math.min(to, high), target });
    }
    for (let char = 0; char < 0x20; char++) if (char >= from && char <= to) escaped.push([char, target]);
    for (const char of [QUOTE, BACKSLASH]) if (char >= from && char <= to) escaped.push([char, target]);
  }
  addCharEdges(state, machine, plain);
  if (end) state.edge(QUOTE, QUOTE, end);
  if (escaped.length > 0)
    state.edge(BACKSLASH, BACKSLASH, new State(machine, false, (self) => addEscapes(self, machine, escaped)));
}

function addEscapes(
  state: State,
  machine: Machine,
  escaped: readonly (readonly [char: number, target: State])[],
): void {
  const byFirst = new Map<string, State>();
  for (const [char, target] of escaped) {
    const short = SHORT.get(char);
    if (short !== undefined) {
      state.edge(short, short, target);
      continue;
    }
    // u00, then two digits.
    const zeros = stateAfter(state, ['u', '0', '0'], machine, byFirst);
    const hex = char.toString(16).padStart(2, '0');
    const tens = stateAfter(zeros, [hex[0]!], machine, byFirst, 'u00');
    const code = hex.charCodeAt(1);
    tens.edge(code, code, target);
  }
}

/** The state after letters that are met one at a time; `known` has those made before. */
function stateAfter(
  from: State,
  letters: readonly string[],
  machine: Machine,
  known: Map<string, State>,
  before = '',
): State {
  let state = from;
  let path = before;
  for (const letter of letters) {
    path += letter;
    let next = known.get(path);
    if (!next) {
      next = new State(machine);
      state.edge(letter.charCodeAt(0), letter.charCodeAt(0), next);
      known.set(path, next);
    }
    state = next;
  }
  return state;
}
