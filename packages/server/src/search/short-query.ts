import { clipText } from './clip-text.ts';
import { SearchError } from './search-error.ts';

const MAX_CHARACTERS = 400;
const MAX_WORDS = 50;

/** The query as every provider takes it: one line of at most 400 characters and 50 words. */
export function shortQuery(provider: string, query: string): string {
  const words = query
    .toWellFormed()
    .split(/[\s\p{Cc}]+/u)
    .filter(Boolean);
  if (words.length === 0)
    throw new SearchError('bad-query', provider, 'the query is empty', 'give it the words to search for');
  return clipText(words.slice(0, MAX_WORDS).join(' '), MAX_CHARACTERS, '');
}

/** How many results to ask for, of the 1 to 20 that every provider can give. */
export function resultCount(count: number): number {
  return Math.min(Math.max(Math.trunc(count) || 1, 1), 20);
}
