import { charClass, classOf } from './char-class.ts';

/** How a pre-tokeniser treats combining marks: with the letters (Qwen 3.5), or as symbols (Qwen 2 and 3). */
export type PreTokenizer = { readonly marksAreLetters: boolean };

/** The pre-tokeniser that each known regular expression of `tokenizer.json` describes. */
export const preTokenizerOfPattern: ReadonlyMap<string, PreTokenizer> = new Map([
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    { marksAreLetters: true },
  ],
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    { marksAreLetters: false },
  ],
]);

/** The same by the name that a GGUF file gives in `tokenizer.ggml.pre`. */
export const preTokenizerOfName: ReadonlyMap<string, PreTokenizer> = new Map([
  ['qwen35', { marksAreLetters: true }],
  ['qwen2', { marksAreLetters: false }],
]);

const APOSTROPHE = 0x27;
const SPACE = 0x20;
const LONG_S = 0x17f; // folds to s, so `(?i:'s)` matches it

/** End of an English contraction (`'s`, `'LL`, ...) at `start`, or -1. */
function endOfContraction(text: string, start: number): number {
  const first = text.charCodeAt(start + 1);
  if (first === LONG_S) return start + 2;
  const second = text.charCodeAt(start + 2) | 32;
  switch (first | 32) {
    case 0x73: // s
    case 0x74: // t
    case 0x6d: // m
    case 0x64: // d
      return isAsciiLetter(first) ? start + 2 : -1;
    case 0x72: // re
    case 0x76: // ve
      return isAsciiLetter(first) && second === 0x65 && isAsciiLetter(text.charCodeAt(start + 2)) ? start + 3 : -1;
    case 0x6c: // ll
      return isAsciiLetter(first) && second === 0x6c && isAsciiLetter(text.charCodeAt(start + 2)) ? start + 3 : -1;
    default:
      return -1;
  }
}

function isAsciiLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/**
 * End of the word that begins at `start` (a code unit index, `start < text.length`). It follows the alternatives of
 * the regular expression in their order, without a regular expression: a run of a million spaces or letters takes one
 * pass and no stack.
 */
export function endOfWord(text: string, start: number, { marksAreLetters }: PreTokenizer): number {
  const length = text.length;
  const first = text.codePointAt(start)!;
  if (first === APOSTROPHE) {
    const end = endOfContraction(text, start);
    if (end > 0) return end;
  }
  const wordy = (code: number): boolean => {
    const cls = classOf(code);
    return cls === charClass.letter || (marksAreLetters && cls === charClass.mark);
  };
  const symbol = (code: number): boolean => {
    const cls = classOf(code);
    return cls === charClass.other || (!marksAreLetters && cls === charClass.mark);
  };
  const endOfRun = (from: number, accepts: (code: number) => boolean): number => {
    let at = from;
    while (at < length) {
      const code = text.codePointAt(at)!;
      if (!accepts(code)) break;
      at += code > 0xffff ? 2 : 1;
    }
    return at;
  };
  const firstClass = classOf(first);
  const afterFirst = start + (first > 0xffff ? 2 : 1);

  // [^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+
  if (firstClass !== charClass.number && firstClass !== charClass.newline) {
    const end = endOfRun(afterFirst, wordy);
    if (end > afterFirst || wordy(first)) return end;
  }
  // \p{N}
  if (firstClass === charClass.number) return afterFirst;
  // ` ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*`
  const symbolsFrom = first === SPACE ? afterFirst : start;
  const symbolsEnd = endOfRun(symbolsFrom, symbol);
  if (symbolsEnd > symbolsFrom) {
    let end = symbolsEnd;
    while (end < length && classOf(text.charCodeAt(end)) === charClass.newline) end++;
    return end;
  }
  // What is left is white space, all of it in the first plane.
  let end = start;
  let afterNewline = -1;
  for (; end < length; end++) {
    const cls = classOf(text.charCodeAt(end));
    if (cls === charClass.newline) afterNewline = end + 1;
    else if (cls !== charClass.space) break;
  }
  if (afterNewline > 0) return afterNewline; // \s*[\r\n]+
  // \s+(?!\S) leaves the last space to the word that follows; \s+ takes a single one
  return end === length || end === start + 1 ? end : end - 1;
}
