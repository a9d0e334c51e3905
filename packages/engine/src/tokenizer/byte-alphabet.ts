/**
 * The printable stand-ins that byte-level BPE vocabularies write for the 256 bytes: a byte that prints as itself in
 * Latin-1 keeps its character, the other 68 take U+0100 and up in order (Radford et al., GPT-2, `bytes_to_unicode`).
 */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

const charOfByte: string[] = [];
const byteOfChar = new Map<number, number>();
let nextSubstitute = 0x100;
for (let byte = 0; byte < 256; byte++) {
  const code = isPrintable(byte) ? byte : nextSubstitute++;
  charOfByte.push(String.fromCharCode(code));
  byteOfChar.set(code, byte);
}

/** The character that stands for each byte, index 0 to 255. */
export const byteAlphabet: readonly string[] = charOfByte;

/** The bytes that a vocabulary entry stands for, or null when a character of it is outside the byte alphabet. */
export function bytesOfEntry(entry: string): Uint8Array | null {
  const bytes = new Uint8Array(entry.length);
  for (let i = 0; i < entry.length; i++) {
    const byte = byteOfChar.get(entry.charCodeAt(i));
    if (byte === undefined) return null;
    bytes[i] = byte;
  }
  return bytes;
}

/** Writes bytes in the byte alphabet: the inverse of `bytesOfEntry`. */
export function entryOfBytes(bytes: Uint8Array): string {
  let entry = '';
  for (const byte of bytes) entry += byteAlphabet[byte];
  return entry;
}
