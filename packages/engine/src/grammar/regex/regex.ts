import type { CharDfa } from './char-dfa.ts';
import { ANY_CHAR, type CharSet, charSet, intersection } from './char-set.ts';

/** A regular expression over characters. `start` and `end` match where the text begins and ends. */
export type Regex =
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'choice'; readonly parts: readonly Regex[] }
  | { readonly kind: 'repeat'; readonly part: Regex; readonly min: number; readonly max: number }
  | { readonly kind: 'start' | 'end' }
  /** What an automaton matches. */
  | { readonly kind: 'dfa'; readonly dfa: CharDfa };

/** One character of a set. Halves of surrogate pairs are none. */
export function chars(set: CharSet): Regex {
  return { kind: 'chars', set: intersection(set, ANY_CHAR) };
}

export function sequence(...parts: readonly Regex[]): Regex {
  return { kind: 'sequence', parts };
}

export function choice(...parts: readonly Regex[]): Regex {
  return { kind: 'choice', parts };
}

export function repeat(part: Regex, min: number, max: number): Regex {
  return { kind: 'repeat', part, min, max };
}

export function text(value: string): Regex {
  return sequence(...Array.from(value, (char) => chars(charSet([[char.codePointAt(0)!, char.codePointAt(0)!]]))));
}

/** Any text. */
export const anyText: Regex = repeat(chars(ANY_CHAR), 0, Number.POSITIVE_INFINITY);
