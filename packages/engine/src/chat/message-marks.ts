import { LanternError } from '../errors.ts';
import type { PromptSegment } from '../tokenizer/prompt-segment.ts';

/**
 * Keeps track, through a template, of text that the caller wrote, so that none of it becomes a control token.
 *
 * A template is free to trim, split, join and escape what it is given, so its output does not say where a piece came
 * from. But every control token has a pivot: `|`, or else its first character. In the caller's strings each pivot is
 * swapped for a stand-in, a private-use character that occurs nowhere else, and after rendering it is swapped back
 * with a note that it is the caller's. A control token that the template wrote has no such character; one that the
 * caller wrote, in one piece or in several that the template puts together, always has.
 *
 * Strings that the template itself spells and that can be no part of a control token (`</think>`) keep their pivots,
 * because the template may look for them.
 */
export class MessageMarks {
  /** The characters that stand in for pivots. */
  readonly standIns: ReadonlySet<string>;
  readonly #standInOf = new Map<string, string>();
  readonly #pivotOf = new Map<string, string>();
  readonly #toMark: RegExp | null;

  /** `used` tells whether a character occurs in the caller's strings or in the template. */
  constructor(pivots: MessagePivots, used: (char: string) => boolean) {
    const free = freeCharacters(used);
    for (const pivot of pivots.characters) {
      const standIn = free.next().value;
      if (standIn === undefined) {
        throw new LanternError(
          'bad-input',
          'the messages use every private-use character (U+E000 to U+F8FF); leave one out',
        );
      }
      this.#standInOf.set(pivot, standIn);
      this.#pivotOf.set(standIn, pivot);
    }
    this.standIns = new Set(this.#pivotOf.keys());
    this.#toMark = pivots.pattern;
  }

  /** A string of the caller's, ready for the template. */
  mark(text: string): string {
    const clean = text.toWellFormed();
    return this.#toMark ? clean.replace(this.#toMark, (found) => this.#standInOf.get(found) ?? found) : clean;
  }

  /** Text as it reads, stand-ins swapped back. */
  unmark(text: string): string {
    let plain = text;
    for (const [standIn, pivot] of this.#pivotOf) plain = plain.replaceAll(standIn, pivot);
    return plain;
  }

  /** Rendered text in pieces; those with `fromMessage` hold every pivot that the caller wrote. */
  segments(rendered: string): PromptSegment[] {
    if (this.standIns.size === 0) return rendered === '' ? [] : [{ text: rendered, fromMessage: false }];
    const segments: PromptSegment[] = [];
    const marks = new RegExp(`[${[...this.standIns].join('')}]+`, 'g');
    let done = 0;
    for (const { 0: found, index } of rendered.matchAll(marks)) {
      if (index > done) segments.push({ text: rendered.slice(done, index), fromMessage: false });
      segments.push({ text: this.unmark(found), fromMessage: true });
      done = index + found.length;
    }
    if (done < rendered.length) segments.push({ text: rendered.slice(done), fromMessage: false });
    return segments;
  }
}

/** What to look for in the caller's strings, given a template's control tokens and string literals. */
export type MessagePivots = {
  readonly characters: readonly string[];
  /** Matches pivots, and whole literals in which they are let be. Null when there are no control tokens. */
  readonly pattern: RegExp | null;
};

/** Chooses the pivots of a set of control tokens. */
export function messagePivots(controlTokens: readonly string[], literals: Iterable<string>): MessagePivots {
  const tokens = controlTokens.filter((token) => token !== '');
  const characters = [...new Set(tokens.map((token) => (token.includes('|') ? '|' : token[0]!)))];
  if (characters.length === 0) return { characters, pattern: null };
  const kept = [...literals]
    .filter(
      (literal) => characters.some((pivot) => literal.includes(pivot)) && !tokens.some((t) => mayJoin(literal, t)),
    )
    .sort((a, b) => b.length - a.length);
  return {
    characters,
    pattern: new RegExp([...kept, ...characters].map((text) => RegExp.escape(text)).join('|'), 'g'),
  };
}

/** Whether the literal and the token can lie over each other so that they agree wherever both have a character. */
function mayJoin(literal: string, token: string): boolean {
  for (let shift = 1 - literal.length; shift < token.length; shift++) {
    const from = Math.max(0, shift);
    const to = Math.min(token.length, shift + literal.length);
    if (token.slice(from, to) === literal.slice(from - shift, to - shift)) return true;
  }
  return false;
}

function* freeCharacters(used: (char: string) => boolean): Generator<string, undefined> {
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const char = String.fromCharCode(code);
    if (!used(char)) yield char;
  }
  return undefined;
}
