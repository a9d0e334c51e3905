import { type CharSet, charSet, complement, LAST_CHAR } from './char-set.ts';

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

const properties = new Map<string, CharSet | undefined>();

/** The characters of a Unicode property, as JavaScript names it; undefined for one that it does not know. */
export function propertySet(name: string): CharSet | undefined {
  if (!/^[A-Za-z_=0-9]{1,60}$/.test(name)) return undefined;
  if (!properties.has(name)) properties.set(name, scanProperty(name));
  return properties.get(name);
}

/** The engine's own tables, asked one character at a time: some 20 ms, once. */
function scanProperty(name: string): CharSet | undefined {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    return undefined;
  }
  const ranges: [number, number][] = [];
  for (let char = 0; char <= LAST_CHAR; char++) {
    if (char === 0xd800) char = 0xe000;
    if (!pattern.test(String.fromCodePoint(char))) continue;
    const last = ranges.at(-1);
    if (last && last[1] === char - 1) last[1] = char;
    else ranges.push([char, char]);
  }
  return charSet(ranges);
}
