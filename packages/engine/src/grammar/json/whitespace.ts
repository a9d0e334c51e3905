import type { Machine } from '../automaton/machine.ts';
import { State } from '../automaton/state.ts';

/**
 * White space between the tokens of JSON text. Every kind is bounded, since models are known to write line breaks
 * without end where the grammar lets them.
 *
 * - `none`: none.
 * - `line`: at most one space after a comma and after a colon, as Python and most models write.
 * - `indented`: also one space or one line break with up to 20 spaces and tabs within brackets and after commas.
 */
export type JsonWhitespace = 'none' | 'line' | 'indented';

const DEEPEST_INDENT = 20;
const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;

/** The white space of one place, then `then`. */
export function gap(machine: Machine, kind: JsonWhitespace, place: 'bracket' | 'comma' | 'colon', then: State): State {
  if (kind === 'none' || (kind === 'line' && place === 'bracket')) return then;
  return new State(machine, false, (state) => {
    state.jump(then);
    state.edge(SPACE, SPACE, then);
    if (kind === 'indented' && place !== 'colon') state.edge(NEWLINE, NEWLINE, indent(machine, DEEPEST_INDENT, then));
  });
}

function indent(machine: Machine, left: number, then: State): State {
  if (left === 0) return then;
  return new State(machine, false, (state) => {
    const next = indent(machine, left - 1, then);
    state.jump(then);
    state.edge(SPACE, SPACE, next);
    state.edge(TAB, TAB, next);
  });
}
