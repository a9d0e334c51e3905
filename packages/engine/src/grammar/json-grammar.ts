import { Machine } from './automaton/machine.ts';
import { Grammar, type GrammarOptions } from './grammar.ts';
import { jsonRules } from './json/json-rules.ts';
import type { JsonWhitespace } from './json/whitespace.ts';

export type JsonGrammarOptions = GrammarOptions & {
  /** Default `indented`. */
  readonly whitespace?: JsonWhitespace;
};

/** Any JSON object. */
export function jsonGrammar(options: JsonGrammarOptions = {}): Grammar {
  return new Grammar(new Machine(), jsonRules(options.whitespace ?? 'indented').object.start, options, 'JSON');
}
