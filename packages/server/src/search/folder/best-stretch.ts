import { wordEnd, wordStart } from '../clip-text.ts';
import { type Word, words } from './words.ts';

/** The stretch of a passage, of at most `length` characters in whole words, that holds most of the terms. */
export function bestStretch(passage: string, terms: ReadonlySet<string>, length: number): string {
  const text = passage.replace(/\s+/g, ' ').trim();
  if (text.length <= length) return text;
  // Room for the marks of what is left out on both sides.
  const room = length - 4;
  const found = words(text, true).filter(({ term }) => terms.has(term));
  const [first, last] = bestRun(found, room);
  const spare = room - (last - first);
  let start = wordStart(text, Math.max(0, Math.min(first - Math.floor(spare / 3), text.length - room)));
  if (start > first) start = first;
  const end = wordEnd(text, start + room);
  return `${start > 0 ? '… ' : ''}${text.slice(start, end).trim()}${end < text.length ? ' …' : ''}`;
}

/** Start and end of the run of words within `room` that holds most different terms, then most words. */
function bestRun(found: readonly Word[], room: number): [number, number] {
  let best: [number, number] = [0, 0];
  let bestScore = 0;
  const counts = new Map<string, number>();
  let from = 0;
  for (const [to, word] of found.entries()) {
    counts.set(word.term, (counts.get(word.term) ?? 0) + 1);
    for (let oldest = found[from]; oldest !== undefined && word.end - oldest.start > room; oldest = found[++from]) {
      const left = (counts.get(oldest.term) ?? 0) - 1;
      if (left > 0) counts.set(oldest.term, left);
      else counts.delete(oldest.term);
    }
    const start = found[from];
    const score = counts.size * 1000 + (to - from);
    if (start === undefined || score <= bestScore) continue;
    bestScore = score;
    best = [start.start, word.end];
  }
  return best;
}
