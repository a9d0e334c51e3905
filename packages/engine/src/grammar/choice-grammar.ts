import { LanternError } from '../errors.ts';
import { literals } from './automaton/literals.ts';
import { Machine } from './automaton/machine.ts';
import { State } from './automaton/state.ts';
import { Grammar, type GrammarOptions } from './grammar.ts';

/** One of the given texts. Throws `bad-input` for no choices, or for text that has no UTF-8. */
export function choiceGrammar(choices: readonly string[], options: GrammarOptions = {}): Grammar {
  if (choices.length === 0) throw new LanternError('bad-input', 'a list of choices is empty; at least one is needed');
  for (const choice of choices) {
    if (typeof choice !== 'string' || !choice.isWellFormed())
      throw new LanternError('bad-input', 'a choice is no well-formed text');
  }
  const machine = new Machine();
  const start = literals(machine, choices, new State(machine, true));
  return new Grammar(machine, start, options, 'the list of choices');
}
