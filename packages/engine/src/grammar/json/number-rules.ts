import { Machine } from '../automaton/machine.ts';
import type { Rule } from '../automaton/state.ts';
import { Budget } from '../budget.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { dfaRule } from '../regex/dfa-rule.ts';
import { parseRegex } from '../regex/parse-regex.ts';

// Digits are bounded, since models are known to write them without end. All that JSON.stringify writes is in it.
/** Whole numbers of up to 21 digits, without exponent. */
export const INTEGER_PATTERN = '0|-?[1-9]\\d{0,20}';
/** Numbers of up to 21 digits and 24 decimals; none is beyond what a double holds. */
export const NUMBER_PATTERN =
  '-?(?:0|[1-9]\\d{0,20})(?:\\.\\d{1,24})?(?:[eE][-+]?\\d{1,2})?|-?\\d(?:\\.\\d{1,24})?[eE](?:[-+]?(?:[12]\\d\\d|30[0-7])|-3\\d\\d)';

const machine = new Machine();
const rules = new Map<string, Rule>();

/** Any JSON number, or any whole one. */
export function numberRule(kind: 'number' | 'integer'): Rule {
  let rule = rules.get(kind);
  if (!rule) {
    const dfa = compileRegex(parseRegex(kind === 'integer' ? INTEGER_PATTERN : NUMBER_PATTERN), new Budget());
    rule = dfaRule(dfa!, 'raw', machine);
    rules.set(kind, rule);
  }
  return rule;
}
