/**
 * Bytes in groups, one bit each, so that what a whole subtree of tokens is made of fits one integer. Characters that
 * some grammar treats apart are groups of their own.
 */
const ASCII_GROUPS: readonly string[] = [
  'abcdef',
  'ghijklmnopqrstuvwxyz',
  'ABCDEF',
  'GHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
  ...[' ', '\n', '\r', '\t', '"', '\\', '<', '>', '/', '-', '_', '.', ',', ':', "'", '@', '{}', '[]', '()', '+'],
  '!#$%&*;=?^`|~',
];
const CONTROLS = 1 << ASCII_GROUPS.length;

/** Characters beyond ASCII. Line separators, which patterns often leave out, are with few others. */
const BEYOND: readonly { readonly bit: number; readonly ranges: readonly (readonly [from: number, to: number])[] }[] = [
  { bit: CONTROLS << 1, ranges: [[0x80, 0x1fff]] },
  { bit: CONTROLS << 2, ranges: [[0x2000, 0x207f]] },
  {
    bit: CONTROLS << 3,
    ranges: [
      [0x2080, 0xd7ff],
      [0xe000, 0xffff],
    ],
  },
  { bit: CONTROLS << 4, ranges: [[0x10000, 0x10ffff]] },
];

/** Bytes that are not UTF-8. No state takes them. */
export const MALFORMED = CONTROLS << 5;
export const ALL_GROUPS = ~MALFORMED;

const groups = new Int32Array(128).fill(CONTROLS);
for (const [bit, chars] of ASCII_GROUPS.entries()) for (const char of chars) groups[char.charCodeAt(0)] = 1 << bit;

/** The groups that have some of the characters. */
export function groupsAmong(from: number, to: number): number {
  let bits = 0;
  for (let char = from; char <= to && char < 0x80; char++) bits |= groups[char]!;
  for (const { bit, ranges } of BEYOND) if (ranges.some(([low, high]) => low <= to && high >= from)) bits |= bit;
  return bits;
}

/** The groups of which `holds` is true for every range of characters. */
export function groupsWhere(holds: (from: number, to: number) => boolean): number {
  let bits = ALL_GROUPS;
  for (let char = 0; char < 128; char++) if (!holds(char, char)) bits &= ~groups[char]!;
  for (const { bit, ranges } of BEYOND) if (!ranges.every(([from, to]) => holds(from, to))) bits &= ~bit;
  return bits;
}

/** Letters and digits of ASCII. */
export const WORD_GROUPS = groupsWhere((char) => char < 0x80 && /[a-zA-Z0-9]/.test(String.fromCharCode(char)));
/** These, spaces and all beyond ASCII. */
export const TEXT_GROUPS = WORD_GROUPS | groupsAmong(0x20, 0x20) | groupsAmong(0x80, 0x10ffff);
/** What stands in JSON strings as it is. */
export const STRING_GROUPS = groupsWhere((char) => char >= 0x20 && char !== 0x22 && char !== 0x5c);
