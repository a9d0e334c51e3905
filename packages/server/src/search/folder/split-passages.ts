import { wordEnd } from '../clip-text.ts';
import { headingSlug } from './heading-slug.ts';
import type { Section } from './section.ts';

/** A piece of a file that is found as one. */
export type Passage = {
  /** Its heading; '' where it has none. */
  heading: string;
  /** Where in the file its heading is, as in `#slug`; '' where it is none of the file's. */
  slug: string;
  text: string;
};

const LENGTH = 800;
const LEAST = 300;
/** A rest that is little longer than a passage stays whole. */
const MOST = 1000;

/** The sections in passages of about 800 characters, cut between paragraphs, lines, sentences or words. */
export function splitPassages(sections: readonly Section[]): Passage[] {
  const passages: Passage[] = [];
  const uses = new Map<string, number>();
  for (const { heading, isTitle, text } of sections) {
    const slug = isTitle ? '' : headingSlug(heading, uses);
    for (const piece of pieces(text)) passages.push({ heading, slug, text: piece });
  }
  return passages;
}

function pieces(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (text.length - at > MOST) {
    const end = at + cut(text.slice(at, at + LENGTH));
    found.push(text.slice(at, end).trim());
    at = end;
  }
  found.push(text.slice(at).trim());
  // A heading without text can be found all the same.
  return found.filter((piece, index) => piece !== '' || (index === 0 && found.length === 1));
}

/** Where a passage that starts with this text best ends. */
function cut(window: string): number {
  for (const mark of ['\n\n', '\n']) {
    const at = window.lastIndexOf(mark);
    if (at >= LEAST) return at + mark.length;
  }
  let sentence = 0;
  for (const { index, 0: mark } of window.matchAll(/[.!?]["')\]]?\s|[。！？]/g)) sentence = index + mark.length;
  return sentence >= LEAST ? sentence : wordEnd(window, window.length - 1);
}
