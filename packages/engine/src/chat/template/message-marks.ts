import { LanternError } from '../../errors.ts';
import type { PromptSegment } from '../../tokenizer/prompt-segment.ts';

/**
 * Keeps track, through a template, of text that the caller wrote, so that none of it becomes a control token.
 *
 * A template is free to trim, split, join and escape what it is given, so its output does not say where a piece came
 * from. But control tokens have characters that set them apart, their pivots: `<`, `|` and `>`. In the caller's strings
 * each of these is swapped for a stand-in, a private-use character that occurs nowhere else, and after rendering it is
 * swapped back with a note that it is the caller's. A control token that the template wrote has no such character; one
 * that the caller wrote has, be it whole, or in pieces that the template puts together, or half the template's.
 * (Where a template writes `<|` and `|>` around a word of the caller's, it means the token that comes of it.)
 *
 * A stand-in takes one place as its pivot does, and the interpreter compares and searches text as it reads
 * (`unmark`), so a template decides as it would without.
 */
export class MessageMarks {
  /** The characters that stand in for pivots. */
  readonly standIns: ReadonlySet<string>;
  readonly #standInOf = new Map<string, string>();
  readonly #pivotOf = new Map<string, string>();
  readonly #anyPivot: RegExp | null;
  readonly #anyStandIn: RegExp | null;

  /**
   * `used` tells whether a character occurs in the caller's strings or in the template.
   * Throws `bad-input` when every private-use character does.
   */
  constructor(controlTokens: readonly string[], used: (char: string) => boolean) {
    const pivots = new Set(controlTokens.flatMap(pivotsOf));
    const free = freeCharacters(used);
    for (const pivot of pivots) {
      const standIn = free.next().value;
      if (standIn === undefined) {
        throw new LanternError(
          'bad-input',
          'the messages use every private-use character (U+E000 to U+F8FF); some must be left out',
        );
      }
      this.#standInOf.set(pivot, standIn);
      this.#pivotOf.set(standIn, pivot);
    }
    this.standIns = new Set(this.#pivotOf.keys());
    this.#anyPivot = anyOf(pivots);
    this.#anyStandIn = anyOf(this.standIns);
  }

  /** A string of the caller's, ready for the template. */
  mark(text: string): string {
    const clean = text.toWellFormed();
    return this.#anyPivot ? clean.replace(this.#anyPivot, (pivot) => this.#standInOf.get(pivot)!) : clean;
  }

  /** Text as it reads, stand-ins swapped back. It has the same length. */
  unmark(text: string): string {
    return this.#anyStandIn ? text.replace(this.#anyStandIn, (standIn) => this.#pivotOf.get(standIn)!) : text;
  }

  /** Rendered text in pieces; those with `fromMessage` hold every pivot that the caller wrote. */
  segments(rendered: string): PromptSegment[] {
    const segments: PromptSegment[] = [];
    const add = (start: number, end: number, fromMessage: boolean): void => {
      if (end > start) segments.push({ text: this.unmark(rendered.slice(start, end)), fromMessage });
    };
    const runs = this.#anyStandIn ? rendered.matchAll(new RegExp(`(?:${this.#anyStandIn.source})+`, 'g')) : [];
    let done = 0;
    for (const { 0: run, index } of runs) {
      add(done, index, false);
      done = index + run.length;
      add(index, done, true);
    }
    add(done, rendered.length, false);
    return segments;
  }
}

/** The symbols in a control token; where there are none, its first code unit. Each is one code unit. */
function pivotsOf(token: string): string[] {
  return token.match(/[^\p{L}\p{N}_\s\u{10000}-\u{10ffff}]/gu) ?? [...token.slice(0, 1)];
}

function anyOf(characters: ReadonlySet<string>): RegExp | null {
  return characters.size === 0 ? null : new RegExp([...characters].map((char) => RegExp.escape(char)).join('|'), 'g');
}

function* freeCharacters(used: (char: string) => boolean): Generator<string, undefined> {
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const char = String.fromCharCode(code);
    if (!used(char)) yield char;
  }
  return undefined;
}
