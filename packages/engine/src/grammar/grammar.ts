import { LanternError } from '../errors.ts';
import type { Config, Machine } from './automaton/machine.ts';
import { State } from './automaton/state.ts';

/** The texts that may come, compiled. One grammar serves any number of answers. */
export class Grammar {
  /** Of the inside. */
  readonly machine: Machine;
  /** The readings of the empty text. Of the inside. */
  readonly start: Config;

  /** Compile functions make grammars; `what` names the texts in errors. */
  constructor(machine: Machine, start: State, { leadingNewlines = false }: GrammarOptions, what: string) {
    this.machine = machine;
    const config = machine.start([leadingNewlines ? afterNewlines(machine, start) : start]);
    if (!config) throw new LanternError('bad-input', `${what} allows no text at all`);
    this.start = config;
  }
}

export type GrammarOptions = {
  /** Lets up to two line breaks come first, as models write after their thinking. Default false. */
  readonly leadingNewlines?: boolean;
};

const MOST_NEWLINES = 2;

function afterNewlines(machine: Machine, start: State): State {
  let state = start;
  for (let i = 0; i < MOST_NEWLINES; i++) {
    const next = state;
    state = new State(machine);
    state.jump(start);
    state.edge(0x0a, 0x0a, next);
  }
  return state;
}
