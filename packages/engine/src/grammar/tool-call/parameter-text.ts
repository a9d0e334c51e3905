import { ALL_GROUPS } from '../automaton/byte-groups.ts';
import { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import { Budget } from '../budget.ts';
import type { CharDfa } from '../regex/char-dfa.ts';
import { intersect, invert } from '../regex/combine-dfas.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { dfaRule } from '../regex/dfa-rule.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { type Regex, sequence, text } from '../regex/regex.ts';
import { SafeRuns } from '../regex/safe-runs.ts';
import { addCharEdges } from '../regex/utf8-edges.ts';

/** What ends the value of a parameter. */
export const VALUE_END = '\n</parameter>\n';

/**
 * Text that the parser of calls might take for the end of a value, or for a call within it: `</parameter>` anywhere, and
 * at the start of a line other tags of calls. Values do not have it.
 */
const TAGS = '</parameter>|^(?:[^]*\\n)?(?:<parameter=|</function>|</?tool_call>)';

/** All grammars share the states of text. */
const machine = new Machine();
let shared: { readonly values: CharDfa; readonly ended: CharDfa; readonly free: Rule } | null = null;
const counted = new Map<string, Rule>();
const MOST_COUNTED = 64;

/** Any text that may be the value of a parameter. */
export function parameterValues(): CharDfa {
  return common().values;
}

/** The raw text of a value of `min` to `max` characters, and its end. */
export function parameterText(min: number, max: number): Rule {
  if (min === 0 && max === Number.POSITIVE_INFINITY) return common().free;
  const key = `${min} ${max}`;
  let rule = counted.get(key);
  if (!rule) {
    if (counted.size >= MOST_COUNTED) counted.clear();
    rule = countedText(min + VALUE_END.length, max + VALUE_END.length);
    counted.set(key, rule);
  }
  return rule;
}

/** The raw text of values that are also in `dfa`, and their end. Null where there are none. */
export function limitedText(dfa: CharDfa, owner: Machine, budget: Budget): Rule | null {
  const values = intersect(dfa, parameterValues(), budget);
  const ended = values && compileRegex(sequence({ kind: 'dfa', dfa: values }, text(VALUE_END)), budget);
  return ended && dfaRule(ended, 'raw', owner);
}

function common(): { readonly values: CharDfa; readonly ended: CharDfa; readonly free: Rule } {
  if (!shared) {
    const budget = new Budget();
    const anything = parseRegex('[^]*');
    const values = invert(compileRegex(sequence(anything, parseRegex(TAGS), anything), budget), budget)!;
    const withEnd: Regex = sequence({ kind: 'dfa', dfa: values }, text(VALUE_END));
    const ended = compileRegex(withEnd, budget)!;
    shared = { values, ended, free: dfaRule(ended, 'raw', machine) };
  }
  return shared;
}

/** From this many characters on, texts of every length lead to the end from where some text does. */
const ANY_LENGTH = 32;

/** Counts the characters of a value with its end, state by state as they are met. */
function countedText(min: number, max: number): Rule {
  const { ended } = common();
  const lengths = lengthsToEnd(ended);
  const runs = new SafeRuns(ended, ALL_GROUPS);
  const states = new Map<string, State>();
  const isAlive = (place: number, count: number): boolean => {
    const known = lengths[place]!;
    const most = max - count;
    for (let length = Math.max(0, min - count); length <= Math.min(most, ANY_LENGTH); length++)
      if (known[length]) return true;
    return known[ANY_LENGTH]! && most >= ANY_LENGTH;
  };
  const stateOf = (place: number, reached: number): State => {
    const count = max === Number.POSITIVE_INFINITY ? Math.min(reached, min) : reached;
    const key = `${place} ${count}`;
    const known = states.get(key);
    if (known) return known;
    const edges = ended.edges[place]!;
    const state = new State(machine, ended.isFinal[place]! && count >= min, (self) => {
      const alive = edges.filter(({ target }) => isAlive(target, count + 1));
      addCharEdges(
        self,
        machine,
        alive.map((edge) => ({ ...edge, target: stateOf(edge.target, count + 1) })),
      );
      // Room must be left for the end, and it must not come too soon.
      const room = max - count - ANY_LENGTH;
      if (room > 0 && count >= min)
        self.runs = runs.at(place).map(({ groups, chars }) => ({ groups, chars: Math.min(chars, room) }));
    });
    state.counts = (longest) => (count > min && max - count > longest + ANY_LENGTH ? stateOf(place, min) : state);
    states.set(key, state);
    return state;
  };
  return { start: stateOf(0, 0) };
}

/** By place, whether some text of 0, 1, … characters leads to the end. */
function lengthsToEnd({ edges, isFinal }: CharDfa): boolean[][] {
  const lengths = isFinal.map((final) => [final]);
  for (let length = 1; length <= ANY_LENGTH; length++) {
    const next = edges.map((out) => out.some(({ target }) => lengths[target]![length - 1]));
    for (const [place, is] of next.entries()) lengths[place]!.push(is);
  }
  return lengths;
}
