/** Longer words are cut within. */
const LONG_WORD = 60;

/** The text in at most `length` UTF-16 units, cut between words where it has any, with `mark` where it was cut. */
export function clipText(text: string, length: number, mark = '…'): string {
  if (text.length <= length) return text;
  return text.slice(0, wordEnd(text, length - mark.length)).trimEnd() + mark;
}

/** The last place up to `at` where the text may be cut: behind a word, or behind a character where a word is very long. */
export function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  for (let end = at; end > Math.max(0, at - LONG_WORD); end--) if (isBreak(text, end)) return end;
  return characterStart(text, at);
}

/** The first place from `at` on where a word begins, or a character where a word is very long. */
export function wordStart(text: string, at: number): number {
  if (at <= 0) return 0;
  for (let start = at; start < Math.min(at + LONG_WORD, text.length); start++) if (isBreak(text, start)) return start;
  return characterStart(text, at);
}

/** Words end at spaces, sentences of scripts that write without spaces at their marks. */
function isBreak(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at)) || /[\s。！？、，；]/.test(text.charAt(at - 1));
}

function characterStart(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
