import { LanternError } from '../../errors.ts';
import { DEEPEST, type ExactJson, ExactNumber, type ExactObject } from '../exact-json.ts';

/**
 * Reads a Python literal of what JSON can say: dicts, lists and tuples, strings, numbers, True, False and None.
 * JSON's own words are read too, and line breaks within strings, since models mix the two notations.
 * `what` names the text in errors, which are `bad-input`.
 */
export function parsePythonLiteral(text: string, what: string): ExactJson {
  const reader = new LiteralReader(text, what);
  const value = reader.value(0);
  reader.end();
  return value;
}

const words: ReadonlyMap<string, null | boolean> = new Map([
  ['None', null],
  ['null', null],
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
]);

const namedEscapes: ReadonlyMap<string, string> = new Map(
  Object.entries({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07', '\n': '', '\r\n': '' }),
);

const blank = /\s*/y;
const word = /[A-Za-z]+/y;
const number = /([+-]?)(0|[1-9]\d*(?:_\d+)*|(?=\.\d))(\.\d*)?([eE][+-]?\d+)?(?![\w.])/y;
const quotes = /'''|"""|'|"/y;
const plain = /[^\\'"]*/y;
const escaped = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00[01][0-9a-fA-F]{5})|([0-7]{1,3})|(\r\n|[^xuUN]))/y;

class LiteralReader {
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
    if (this.#skip('{')) return this.#dict(depth);
    if (this.#skip('[')) return this.#items(']', depth).items;
    if (this.#skip('(')) return this.#tuple(depth);
    const quote = this.#match(quotes)?.[0];
    if (quote) return this.#string(quote);
    const name = this.#match(word)?.[0];
    const named = name === undefined ? undefined : words.get(name);
    if (named !== undefined) return named;
    const digits = this.#match(number);
    if (name || !digits) throw this.#unexpected();
    const [, sign, whole = '', fraction = '', exponent = ''] = digits;
    // What JSON lacks: a plus, digits in groups, and a point with nothing on one side of it.
    const point = fraction === '.' ? '.0' : fraction;
    return new ExactNumber(`${sign === '-' ? '-' : ''}${whole.replaceAll('_', '') || '0'}${point}${exponent}`);
  }

  end(): void {
    this.#match(blank);
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #dict(depth: number): ExactObject {
    const entries = new Map<string, ExactJson>();
    while (!this.#skip('}')) {
      const key = this.value(depth + 1);
      if (!this.#skip(':')) throw this.#unexpected();
      entries.set(this.#key(key), this.value(depth + 1));
      if (this.#skip(',')) continue;
      if (this.#skip('}')) break;
      throw this.#unexpected();
    }
    return entries;
  }

  /** JSON knows no keys but strings; Python's `json.dumps` turns the others into their JSON text. */
  #key(key: ExactJson): string {
    if (typeof key === 'string') return key;
    if (key instanceof ExactNumber) return key.text;
    if (key === null || typeof key === 'boolean') return String(key);
    throw this.#error('has a list or a dict as a key');
  }

  #items(close: string, depth: number): { items: ExactJson[]; hasComma: boolean } {
    const items: ExactJson[] = [];
    let hasComma = false;
    while (!this.#skip(close)) {
      items.push(this.value(depth + 1));
      if (this.#skip(',')) hasComma = true;
      else if (this.#skip(close)) break;
      else throw this.#unexpected();
    }
    return { items, hasComma };
  }

  #tuple(depth: number): ExactJson {
    const { items, hasComma } = this.#items(')', depth);
    // One value in parentheses without a comma is that value.
    return items.length === 1 && !hasComma ? items[0]! : items;
  }

  #string(quote: string): string {
    let value = '';
    for (;;) {
      value += this.#match(plain)?.[0] ?? '';
      if (this.#text.startsWith(quote, this.#at)) break;
      if (this.#text[this.#at] === '\\') {
        value += this.#escape();
      } else {
        // The other kind of quote, or one of three.
        if (this.#at === this.#text.length) throw this.#error('has a string that does not end');
        value += this.#text[this.#at++];
      }
    }
    this.#at += quote.length;
    return value;
  }

  #escape(): string {
    const found = this.#match(escaped);
    const [, byte, short, long, octal, other] = found ?? [];
    const hex = byte ?? short ?? long;
    const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : -1;
    if (!found || code > 0x10ffff) throw this.#error('has a bad escape');
    if (code >= 0) return String.fromCodePoint(code);
    if (other === '\\' || other === "'" || other === '"') return other;
    // Python keeps the backslash of an escape that it does not know.
    return namedEscapes.get(other!) ?? found[0];
  }

  #skip(char: string): boolean {
    this.#match(blank);
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  #unexpected(): LanternError {
    return this.#error('is not a Python literal');
  }

  #error(what: string): LanternError {
    return new LanternError('bad-input', `${this.#what} ${what}, at character ${this.#at}`);
  }
}
