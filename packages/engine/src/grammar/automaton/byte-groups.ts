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
/** Characters beyond ASCII, well-formed; at the end of a token perhaps only the beginning of one. */
export const MULTI_BYTE = CONTROLS << 1;
/** Bytes that are not UTF-8. No state loops on it. */
export const MALFORMED = MULTI_BYTE << 1;

const groups = new Int32Array(128).fill(CONTROLS);
for (const [bit, chars] of ASCII_GROUPS.entries()) for (const char of chars) groups[char.charCodeAt(0)] = 1 << bit;

/** The bit of an ASCII byte's group. */
export function asciiGroup(byte: number): number {
  return groups[byte]!;
}

/** The groups whose characters all satisfy `holds`; `beyondAscii` tells of all others together. */
export function groupsWhere(holds: (char: number) => boolean, beyondAscii: boolean): number {
  let bits = -1;
  for (let char = 0; char < 128; char++) if (!holds(char)) bits &= ~groups[char]!;
  const all = CONTROLS | (CONTROLS - 1);
  return (bits & all) | (beyondAscii ? MULTI_BYTE : 0);
}
