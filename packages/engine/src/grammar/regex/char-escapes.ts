import { ANY_CHAR, type CharSet, charSet, complement, intersection, rangesOf } from './char-set.ts';

const digits = charSet([[0x30, 0x39]]);
const words = charSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
const blanks = charSet([
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]);
const lineBreaks = charSet([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]);

const sets: ReadonlyMap<string, CharSet> = new Map([
  ['d', digits],
  ['D', complement(digits)],
  ['w', words],
  ['W', complement(words)],
  ['s', blanks],
  ['S', complement(blanks)],
  ['lineBreaks', lineBreaks],
]);

/** The characters of `\d` and the like, by letter, and the line breaks that the dot leaves out. */
export function escapedSet(name: string): CharSet {
  return sets.get(name)!;
}

/** Only those that there are: of names that are none a client can make up any number. */
const properties = new Map<string, CharSet>();

/** The characters of a Unicode property, as JavaScript names it; undefined for one that it does not know. */
export function propertySet(name: string): CharSet | undefined {
  if (!/^[A-Za-z_=0-9]{1,60}$/.test(name)) return undefined;
  const known = properties.get(name) ?? scanProperty(name);
  if (known) properties.set(name, known);
  return known;
}

/** All characters in one text: the engine's own tables tell where in it the property holds. */
let everything = '';

function scanProperty(name: string): CharSet | undefined {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`\\p{${name}}+`, 'gu');
  } catch {
    return undefined;
  }
  everything ||= allChars();
  const ranges: [number, number][] = [];
  for (const [run] of everything.matchAll(pattern)) {
    const isPair = run.charCodeAt(run.length - 1) >= 0xdc00 && run.charCodeAt(run.length - 1) <= 0xdfff;
    ranges.push([run.codePointAt(0)!, run.codePointAt(run.length - (isPair ? 2 : 1))!]);
  }
  // A run may go over the surrogates, which are none.
  return intersection(charSet(ranges), ANY_CHAR);
}

function allChars(): string {
  const parts: string[] = [];
  for (const [from, to] of rangesOf(ANY_CHAR)) {
    for (let start = from; start <= to; start += 4096) {
      const length = Math.min(4096, to - start + 1);
      parts.push(String.fromCodePoint(...Array.from({ length }, (_, i) => start + i)));
    }
  }
  return parts.join('');
}
