export type CitationMark = { numbers: number[]; start: number; end: number };

const NUMBER = '(?:ref_)?\\d{1,4}';
const TOKEN = new RegExp(
  [
    '(?<fence>^ {0,3}(?:`{3,}(?=[^`\\n]*$)|~{3,}))',
    '(?<ticks>`+)',
    '(?<blank>\\n[ \\t]*\\n)',
    `(?<mark>[[【]\\s?${NUMBER}(?:\\s?[,，、;]\\s?${NUMBER})*\\s?[\\]】])`,
  ].join('|'),
  'gm',
);

/** Marks such as `[1]` in a text in Markdown. Those in code are none: brackets with a number are something else there. */
export function citationMarks(text: string): CitationMark[] {
  const found: CitationMark[] = [];
  let fence = '';
  let ticks = 0;
  // Marks behind backticks, which are in code only if the same backticks follow in the paragraph.
  let pending: CitationMark[] = [];
  const endParagraph = (): void => {
    found.push(...pending);
    pending = [];
    ticks = 0;
  };
  for (const { 0: all, index, groups = {} } of text.matchAll(TOKEN)) {
    if (groups.fence !== undefined) {
      const mark = all.trim();
      if (fence === '') {
        endParagraph();
        fence = mark;
      } else if (mark.startsWith(fence)) fence = '';
    } else if (fence !== '') continue;
    else if (groups.blank !== undefined) endParagraph();
    else if (groups.mark !== undefined) {
      const numbers = [...all.matchAll(/\d+/g)].map(([digits]) => Number(digits));
      (ticks > 0 ? pending : found).push({ numbers, start: index, end: index + all.length });
    } else if (ticks === 0) ticks = all.length;
    else if (ticks === all.length) {
      pending = [];
      ticks = 0;
    }
  }
  endParagraph();
  return found;
}
