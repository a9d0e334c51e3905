import { Machine } from '../automaton/machine.ts';
import type { Rule } from '../automaton/state.ts';
import type { CharDfa } from './char-dfa.ts';
import { type CharEncoding, dfaRule } from './dfa-rule.ts';

const MOST_DFAS = 256;
const MOST_PLACES = 100_000;

/** Grammars that use the same pattern share its states, and with them their masks. */
const machine = new Machine();
const dfas = new Map<string, CharDfa | null>();
let places = 0;
const rules: { readonly [encoding in CharEncoding]: WeakMap<CharDfa, Rule> } = {
  raw: new WeakMap(),
  json: new WeakMap(),
};

/** An automaton that is remembered by what it was made of. */
export function sharedDfa(source: unknown, make: () => CharDfa | null): CharDfa | null {
  const key = JSON.stringify(source);
  const known = dfas.get(key);
  if (known !== undefined) return known;
  const dfa = make();
  places += dfa?.edges.length ?? 0;
  if (dfas.size >= MOST_DFAS || places > MOST_PLACES) {
    dfas.clear();
    places = dfa?.edges.length ?? 0;
  }
  dfas.set(key, dfa);
  return dfa;
}

/** The rule of an automaton, the same each time. */
export function sharedRule(dfa: CharDfa, encoding: CharEncoding): Rule {
  let rule = rules[encoding].get(dfa);
  if (!rule) {
    rule = dfaRule(dfa, encoding, machine);
    rules[encoding].set(dfa, rule);
  }
  return rule;
}
