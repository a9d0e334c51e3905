import { literals } from '../automaton/literals.ts';
import { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import { arrayStart } from './array-rule.ts';
import { countedString } from './counted-strings.ts';
import { numberRule } from './number-rules.ts';
import { objectStart } from './object-rule.ts';
import type { JsonWhitespace } from './whitespace.ts';

/** Rules of JSON values that no schema limits. */
export type JsonRules = { readonly value: Rule; readonly object: Rule; readonly array: Rule };

const known = new Map<JsonWhitespace, JsonRules>();

/** The rules for one kind of white space; all grammars share them. */
export function jsonRules(space: JsonWhitespace): JsonRules {
  let rules = known.get(space);
  if (!rules) {
    rules = makeRules(space);
    known.set(space, rules);
  }
  return rules;
}

function makeRules(space: JsonWhitespace): JsonRules {
  const machine = new Machine();
  const value: Rule = {
    start: new State(machine, false, (start) => {
      for (const rule of [countedString(), numberRule('number'), object, array]) start.jump(rule.start);
      start.jump(literals(machine, ['true', 'false', 'null'], new State(machine, true)));
    }),
  };
  const unlimited = { min: 0, max: Number.POSITIVE_INFINITY };
  const others = [{ key: countedString(), value }];
  const object: Rule = { start: objectStart(machine, space, { properties: [], others, ...unlimited }) };
  const array: Rule = { start: arrayStart(machine, space, { prefix: [], items: value, ...unlimited }) };
  return { value, object, array };
}
