import { LanternError } from '../../errors.ts';
import { escapedSet, propertySet } from './char-escapes.ts';
import { type CharSet, charSet, complement, union } from './char-set.ts';
import { chars, choice, type Regex, repeat, sequence } from './regex.ts';

const DEEPEST = 200;
/** Each takes some milliseconds when it is first met. */
const MOST_PROPERTIES = 16;
const ALLOWED = 'allowed are literals, classes, groups, |, ^, $ and the quantifiers * + ? {n,m}';

/**
 * Parses a JavaScript regular expression as with the flag u. Lazy quantifiers count as greedy ones, which match the
 * same texts. Throws `bad-input` for a malformed pattern, `unsupported` for look-around, back-references and word
 * boundaries, with the position.
 */
export function parseRegex(pattern: string): Regex {
  const parser = new RegexParser(Array.from(pattern));
  return parser.all();
}

class RegexParser {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;
  #properties = 0;

  constructor(characters: readonly string[]) {
    this.#chars = characters;
  }

  all(): Regex {
    const regex = this.#choice();
    if (this.#at < this.#chars.length) throw this.#bad('an unmatched )');
    return regex;
  }

  #choice(): Regex {
    if (++this.#depth > DEEPEST) throw this.#unsupported(`groups nested more than ${DEEPEST} deep`);
    const parts = [this.#sequence()];
    while (this.#skip('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 ? parts[0]! : choice(...parts);
  }

  #sequence(): Regex {
    const parts: Regex[] = [];
    for (let next = this.#chars[this.#at]; next !== undefined && next !== '|' && next !== ')'; ) {
      parts.push(this.#quantified(this.#atom()));
      next = this.#chars[this.#at];
    }
    return parts.length === 1 ? parts[0]! : sequence(...parts);
  }

  #quantified(part: Regex): Regex {
    const char = this.#chars[this.#at];
    let range: [number, number] | null = null;
    if (char === '*') range = [0, Number.POSITIVE_INFINITY];
    else if (char === '+') range = [1, Number.POSITIVE_INFINITY];
    else if (char === '?') range = [0, 1];
    if (range) this.#at++;
    else range = char === '{' ? this.#braces() : null;
    if (!range) return part;
    if (part.kind === 'start' || part.kind === 'end') throw this.#bad('a quantifier after an anchor');
    this.#skip('?');
    const next = this.#chars[this.#at];
    if (next === '*' || next === '+' || next === '?') throw this.#bad('two quantifiers in a row');
    return repeat(part, ...range);
  }

  #braces(): [number, number] {
    const close = this.#chars.indexOf('}', this.#at);
    const inside = close < 0 ? '' : this.#chars.slice(this.#at + 1, close).join('');
    const found = /^(\d+)(,(\d*))?$/.exec(inside);
    if (!found) throw this.#bad('a { that begins no quantifier; write \\{ for the character');
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (max < min) throw this.#bad('a quantifier whose numbers are out of order');
    this.#at = close + 1;
    return [min, max];
  }

  #atom(): Regex {
    const char = this.#chars[this.#at++]!;
    if (char === '(') return this.#group();
    if (char === '[') return chars(this.#class());
    if (char === '.') return chars(complement(escapedSet('lineBreaks')));
    if (char === '^') return { kind: 'start' };
    if (char === '$') return { kind: 'end' };
    if (char === '\\') return this.#escape();
    if (char === '*' || char === '+' || char === '?' || char === '{') throw this.#bad(`nothing before ${char}`, 1);
    if (char === ']' || char === '}') throw this.#bad(`a ${char} that closes nothing`, 1);
    return chars(one(char.codePointAt(0)!));
  }

  #group(): Regex {
    const rest = this.#chars.slice(this.#at, this.#at + 3).join('');
    if (/^\?(?:[=!]|<[=!])/.test(rest)) throw this.#unsupported('look-around', 1);
    if (rest.startsWith('?:')) this.#at += 2;
    else if (rest.startsWith('?<')) this.#at = this.#chars.indexOf('>', this.#at) + 1 || this.#chars.length;
    else if (rest.startsWith('?')) throw this.#unsupported('a group of this kind', 1);
    const inner = this.#choice();
    if (!this.#skip(')')) throw this.#bad('a ( that is not closed');
    return inner;
  }

  #escape(): Regex {
    const char = this.#chars[this.#at];
    if (char === 'b' || char === 'B') throw this.#unsupported('a word boundary', 1);
    if (char !== undefined && /[1-9k]/.test(char)) throw this.#unsupported('a back-reference', 1);
    return chars(this.#escapedChars());
  }

  /** What a backslash and the characters after it stand for. */
  #escapedChars(): CharSet {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw this.#bad('a \\ at the end');
    if (char === 'p' || char === 'P') {
      if (++this.#properties > MOST_PROPERTIES) throw this.#unsupported(`more than ${MOST_PROPERTIES} properties`);
      const close = this.#chars.indexOf('}', this.#at);
      const name = this.#chars.slice(this.#at + 1, Math.max(close, this.#at)).join('');
      const set = this.#chars[this.#at] === '{' && close > 0 ? propertySet(name) : undefined;
      if (!set) throw this.#bad(`an unknown property \\${char}{${name}}`);
      this.#at = close + 1;
      return char === 'p' ? set : complement(set);
    }
    if ('dDwWsS'.includes(char)) return escapedSet(char);
    if (char === 'u' || char === 'x') return one(this.#hex(char));
    if (char === 'c') {
      const letter = this.#chars[this.#at++] ?? '';
      if (!/^[A-Za-z]$/.test(letter)) throw this.#bad('a \\c without a letter');
      return one(letter.charCodeAt(0) % 32);
    }
    const control = '0tnvfr'.indexOf(char);
    if (control >= 0) return one([0, 9, 10, 11, 12, 13][control]!);
    if (/[A-Za-z0-9]/.test(char)) throw this.#bad(`an unknown escape \\${char}`);
    return one(char.codePointAt(0)!);
  }

  #hex(kind: string): number {
    const rest = this.#chars.slice(this.#at, this.#at + 10).join('');
    const pattern = kind === 'x' ? /^([0-9a-fA-F]{2})/ : /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/;
    const found = pattern.exec(rest);
    const code = found ? Number.parseInt(found[1] ?? found[2]!, 16) : -1;
    if (!found || code > 0x10ffff) throw this.#bad(`a bad escape \\${kind}`);
    this.#at += found[0].length;
    // Two escapes may name the halves of one character.
    if (code >= 0xd800 && code <= 0xdbff) {
      const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.#chars.slice(this.#at, this.#at + 6).join(''));
      if (low) {
        this.#at += 6;
        return 0x10000 + ((code - 0xd800) << 10) + (Number.parseInt(low[1]!, 16) - 0xdc00);
      }
    }
    return code;
  }

  #class(): CharSet {
    const isNegated = this.#skip('^');
    const sets: CharSet[] = [];
    while (!this.#skip(']')) {
      const from = this.#classMember();
      if (this.#chars[this.#at] === '-' && this.#chars[this.#at + 1] !== ']') {
        this.#at++;
        const to = this.#classMember();
        const isRange = [from, to].every((set) => set.length === 2 && set[0] === set[1]);
        if (!isRange || to[0]! < from[0]!) throw this.#bad('a class with a range that is none');
        sets.push([from[0]!, to[0]!]);
      } else {
        sets.push(from);
      }
    }
    const set = union(...sets);
    return isNegated ? complement(set) : set;
  }

  #classMember(): CharSet {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw this.#bad('a [ that is not closed');
    if (char !== '\\') return one(char.codePointAt(0)!);
    const next = this.#chars[this.#at];
    if (next === 'b') {
      this.#at++;
      return one(8);
    }
    return this.#escapedChars();
  }

  #skip(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #bad(what: string, back = 0): LanternError {
    return this.#error('bad-input', `has ${what}`, back);
  }

  #unsupported(what: string, back = 0): LanternError {
    return this.#error('unsupported', `has ${what}, which is not supported; ${ALLOWED}`, back);
  }

  #error(code: 'bad-input' | 'unsupported', what: string, back: number): LanternError {
    const shown = this.#chars.length > 60 ? `${this.#chars.slice(0, 57).join('')}...` : this.#chars.join('');
    return new LanternError(code, `the regular expression /${shown}/ at character ${this.#at - back} ${what}`);
  }
}

function one(char: number): CharSet {
  return charSet([[char, char]]);
}
