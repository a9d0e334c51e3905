import type { Section } from '../folder/section.ts';
import { type HtmlToken, htmlTokens } from './html-tokens.ts';

const LINES = new Set('br li tr dt dd option caption'.split(' '));
const PARAGRAPHS = new Set(
  (
    'address article aside blockquote body details dialog div dl fieldset figcaption figure footer form header hr html ' +
    'main nav ol p pre section summary table tbody tfoot thead title ul h1 h2 h3 h4 h5 h6'
  ).split(' '),
);

/** The text of a page by its headings. What stands before the first heading goes under the page's title. */
export function htmlSections(html: string): Section[] {
  const reader = new SectionReader();
  for (const token of htmlTokens(html)) reader.read(token);
  return reader.end();
}

class SectionReader {
  readonly #sections: Section[] = [];
  #heading = '';
  #isTitle = true;
  #parts: string[] = [];
  /** The text of the heading or title that is being read. */
  #title: { isPage: boolean; text: string } | null = null;
  #preformatted = 0;

  read(token: HtmlToken): void {
    if (token.type === 'text') {
      if (this.#title !== null) this.#title.text += token.text;
      else this.#append(this.#preformatted > 0 ? token.text : token.text.replace(/\s+/g, ' '));
      return;
    }
    const { type, name } = token;
    const isParagraph = PARAGRAPHS.has(name);
    if (isParagraph) this.#endTitle();
    if (name === 'pre') this.#preformatted = Math.max(0, this.#preformatted + (type === 'open' ? 1 : -1));
    if (type === 'open' && (name === 'title' || /^h[1-6]$/.test(name)))
      this.#title = { isPage: name === 'title', text: '' };
    else if (isParagraph) this.#append('\n\n');
    else if (LINES.has(name) && type === 'open') this.#append(name === 'li' ? '\n- ' : '\n');
    else if (name === 'td' || name === 'th') this.#append(' ');
  }

  end(): Section[] {
    this.#endTitle();
    this.#endSection();
    return this.#sections;
  }

  #append(text: string): void {
    // Spaces between blocks, and all but one between words, say nothing.
    const isSpaced = /^$|\s$/.test(this.#parts.at(-1)?.slice(-1) ?? '');
    const part = isSpaced && this.#preformatted === 0 && text.startsWith(' ') ? text.slice(1) : text;
    if (part !== '') this.#parts.push(part);
  }

  #endTitle(): void {
    if (this.#title === null) return;
    const { isPage, text } = this.#title;
    this.#title = null;
    const title = text.replace(/\s+/g, ' ').trim();
    if (isPage && (this.#heading !== '' || !this.#isTitle)) return;
    if (!isPage) this.#endSection();
    this.#heading = title;
    this.#isTitle = isPage;
  }

  #endSection(): void {
    const lines = this.#parts
      .join('')
      .split('\n')
      .map((line) => line.trimEnd());
    const text = lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .replace(/^\n+/, '')
      .trimEnd();
    this.#parts = [];
    if (text !== '' || this.#heading !== '')
      this.#sections.push({ heading: this.#heading, isTitle: this.#isTitle, text });
  }
}
