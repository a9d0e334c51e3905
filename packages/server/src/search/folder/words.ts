/** A word of a text as it is looked up, and where it stands. */
export type Word = { term: string; start: number; end: number };

// Scripts that write without spaces between words; in Korean parts of words matter as well.
const UNSPACED =
  '[[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]' +
  '&&[\\p{L}\\p{M}\\p{N}]]';
const WORD = new RegExp(`(${UNSPACED}+)|(?:(?!${UNSPACED})[\\p{L}\\p{M}\\p{N}])+`, 'gv');
const MAX_LENGTH = 64;

/**
 * The words of a text: between spaces and marks, in scripts without spaces every two characters. For an index
 * (`singles`), single characters of those are words as well, so that a query of one character finds them. Case,
 * forms of characters and accents make no difference.
 */
export function words(text: string, singles: boolean): Word[] {
  const found: Word[] = [];
  for (const { 0: all, 1: unspaced, index } of text.matchAll(WORD)) {
    if (unspaced === undefined) {
      if (all.length <= MAX_LENGTH) found.push({ term: normal(all), start: index, end: index + all.length });
      continue;
    }
    let before = -1;
    let at = index;
    for (const character of unspaced) {
      const end = at + character.length;
      if (before >= 0) found.push({ term: normal(text.slice(before, end)), start: before, end });
      if (singles || character === unspaced) found.push({ term: normal(character), start: at, end });
      before = at;
      at = end;
    }
  }
  return found;
}

function normal(word: string): string {
  const term = /^[\0-\x7f]+$/.test(word)
    ? word.toLowerCase()
    : word
        .normalize('NFKC')
        .toLowerCase()
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFC');
  // Longer strings may be views of the whole text, which an index must not keep from being freed.
  return term.length > 12 ? Buffer.from(term).toString() : term;
}
