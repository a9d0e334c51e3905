import { LanternError } from '../errors.ts';

/**
 * A JSON document as it was written: numbers keep their text (1.0 is not 1, 20 digits stay 20 digits) and objects
 * the order of their keys, which JavaScript objects change for keys that look like integers.
 */
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactObject;

export type ExactObject = ReadonlyMap<string, ExactJson>;

/** A number as JSON text. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Python, and so templates, tell integers from floats by the text. */
  get isInteger(): boolean {
    return !/[.eE]/.test(this.text);
  }
}

/** Deeper documents are refused here and wherever such values are walked: recursion must not meet the stack's end. */
export const DEEPEST = 200;

/** Parses JSON text. `what` names the text in errors, which are `bad-input`. */
export function parseExactJson(text: string, what: string): ExactJson {
  const reader = new ExactReader(text, what);
  const value = reader.value(0);
  reader.end();
  return value;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blank = /[ \t\n\r]*/y;

class ExactReader {
  readonly #text: string;
  readonly #what: string;
  #at = 0;

  constructor(text: string, what: string) {
    this.#text = text;
    this.#what = what;
  }

  value(depth: number): ExactJson {
    if (depth > DEEPEST) throw this.#error(`is nested more than ${DEEPEST} deep`);
    this.#match(blank);
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    const digits = this.#match(number);
    if (!digits) throw this.#unexpected('a value');
    return new ExactNumber(digits);
  }

  end(): void {
    this.#match(blank);
    if (this.#at < this.#text.length) throw this.#unexpected('the end');
  }

  #object(depth: number): ExactObject {
    const entries = new Map<string, ExactJson>();
    this.#at++;
    if (this.#skip('}')) return entries;
    do {
      this.#match(blank);
      const key = this.#string();
      if (!this.#skip(':')) throw this.#unexpected('":"');
      entries.set(key, this.value(depth + 1));
    } while (this.#skip(','));
    if (!this.#skip('}')) throw this.#unexpected('"," or "}"');
    return entries;
  }

  #array(depth: number): ExactJson[] {
    const items: ExactJson[] = [];
    this.#at++;
    if (this.#skip(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#skip(','));
    if (!this.#skip(']')) throw this.#unexpected('"," or "]"');
    return items;
  }

  #string(): string {
    const start = this.#at;
    let close = start;
    do {
      close = this.#text[start] === '"' ? this.#text.indexOf('"', close + 1) : -1;
      if (close < 0) throw this.#unexpected('a string in double quotes');
    } while (this.#isEscaped(close));
    try {
      const value = JSON.parse(this.#text.slice(start, close + 1)) as string;
      this.#at = close + 1;
      return value;
    } catch {
      throw this.#error('has a string with a control character or a bad escape');
    }
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === '\\') backslashes++;
    return backslashes % 2 === 1;
  }

  #skip(char: string): boolean {
    this.#match(blank);
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #unexpected(expected: string): LanternError {
    const rest = this.#text.slice(this.#at, this.#at + 12);
    return this.#error(`is not JSON: ${expected} expected, ${rest ? `found ${JSON.stringify(rest)}` : 'it ends'}`);
  }

  #error(what: string): LanternError {
    return new LanternError('bad-input', `${this.#what} ${what}, at character ${this.#at}`);
  }
}
