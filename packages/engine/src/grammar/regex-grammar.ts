import { LanternError } from '../errors.ts';
import { Machine } from './automaton/machine.ts';
import { Budget } from './budget.ts';
import { Grammar, type GrammarOptions } from './grammar.ts';
import { compileRegex } from './regex/compile-regex.ts';
import { dfaRule } from './regex/dfa-rule.ts';
import { parseRegex } from './regex/parse-regex.ts';

/**
 * Text that a regular expression matches as a whole: JavaScript's syntax as with the flag u, without look-around,
 * back-references and word boundaries. Throws `bad-input` for a malformed pattern, `unsupported` for what is left out
 * and for patterns that need too many states.
 */
export function regexGrammar(pattern: string, options: GrammarOptions = {}): Grammar {
  const budget = new Budget();
  const dfa = compileRegex(parseRegex(pattern), budget);
  if (!dfa) throw new LanternError('bad-input', `the regular expression /${pattern}/ matches no text`);
  const machine = new Machine();
  return new Grammar(machine, dfaRule(dfa, 'raw', machine).start, options, 'the regular expression');
}
