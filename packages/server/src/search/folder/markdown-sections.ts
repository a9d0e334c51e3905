import type { Section } from './section.ts';

/** The text of a Markdown file by its headings. What stands before the first goes under the title of the front matter. */
export function markdownSections(markdown: string): Section[] {
  const lines = markdown.split(/\r\n?|\n/);
  const sections: Section[] = [];
  const front = frontMatter(lines);
  let heading = front.title;
  let isTitle = true;
  let text: string[] = [];
  let fence = '';
  const endSection = (next: string): void => {
    const joined = text.join('\n').replace(/^\n+/, '').trimEnd();
    if (joined !== '' || heading !== '') sections.push({ heading, isTitle, text: joined });
    heading = next;
    isTitle = false;
    text = [];
  };
  for (const line of lines.slice(front.lines)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
    } else if (mark !== '') fence = mark;
    else if (/^ {0,3}#{1,6}(?:[ \t]|$)/.test(line)) {
      endSection(plainHeading(line.trim().replace(/^#+/, '')));
      continue;
    } else if (/^ {0,3}(?:=+|-{2,})[ \t]*$/.test(line) && isHeadingText(text)) {
      endSection(plainHeading(text.pop() ?? ''));
      continue;
    }
    text.push(line);
  }
  endSection('');
  return sections;
}

/** Whether the last line may be a heading that is underlined: a paragraph of its own, of one line. */
function isHeadingText(text: readonly string[]): boolean {
  const last = text.at(-1)?.trim() ?? '';
  return last !== '' && !/^[>|*+-]/.test(last) && (text.at(-2) ?? '').trim() === '';
}

/** A heading without its closing marks, emphasis, code marks and targets of links. */
function plainHeading(text: string): string {
  return text
    .trim()
    .slice(0, 300)
    .replace(/(?:^|\s)#+$/, '')
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/(\*\*|__|`)(.+?)\1/g, '$2')
    .trim();
}

/** Lines of the front matter, and the title in it. */
function frontMatter(lines: readonly string[]): { lines: number; title: string } {
  const end =
    lines[0]?.trimEnd() === '---' ? lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)\s*$/.test(line)) : -1;
  if (end < 0) return { lines: 0, title: '' };
  for (const line of lines.slice(1, end)) {
    const title = /^title:\s*(.+)$/.exec(line)?.[1]?.trim();
    if (title !== undefined) return { lines: end + 1, title: title.replace(/^(["'])(.*)\1$/, '$2') };
  }
  return { lines: end + 1, title: '' };
}
