import { words } from './words.ts';

const MAX_TERMS = 32;

/** English words that stand in nearly every text, and so find nothing. */
const COMMON = new Set(
  (
    'a an and are as at be by can did do does for from has have how i in is it its of on or that the this to was were ' +
    'what when where which who why will with you your'
  ).split(' '),
);

/** What to look up for a query. Common words count only in a query that has no others. */
export function queryTerms(query: string): string[] {
  const all = [...new Set(words(query, false).map(({ term }) => term))];
  const telling = all.filter((term) => !COMMON.has(term));
  return (telling.length > 0 ? telling : all).slice(0, MAX_TERMS);
}
