import type { Annotation } from '@lantern/api';
import { citationMarks } from './citation-marks.ts';
import type { SearchResult } from './search-provider.ts';

export type FormatOptions = {
  /** Number of the first result; later searches of an answer go on from those before. */
  first?: number;
  /** How a source is numbered, as in Model Studio's `citation_format`. */
  mark?: '[<number>]' | '[ref_<number>]';
};

/** A source of an answer, whether its text cites it or not. `index` counts from 1, as the marks in the text do. */
export type Source = { index: number; title: string; url: string; cited: boolean };

/** Results as the text that the model is given: `[1] title — url`, and the snippet below. */
export function formatResults(
  results: readonly SearchResult[],
  { first = 1, mark = '[<number>]' }: FormatOptions = {},
): string {
  if (results.length === 0) return 'Nothing was found. Other words may find more.';
  return results
    .map(({ title, url, snippet }, index) => {
      const head = `${mark.replace('<number>', String(first + index))} ${title} — ${url}`;
      return snippet === '' ? head : `${head}\n${snippet}`;
    })
    .join('\n\n');
}

/**
 * An annotation for every mark in the text that names one of the results: `[1]`, `[ref_1]`, or several in one, `[1, 3]`,
 * which gives one annotation for each. The indexes are those of a JavaScript string, the end being behind the mark.
 */
export function citations(text: string, results: readonly SearchResult[]): Annotation[] {
  return citationMarks(text).flatMap(({ numbers, start, end }) =>
    numbers.flatMap((number): Annotation[] => {
      const result = results[number - 1];
      if (result === undefined) return [];
      const { url, title } = result;
      return [{ type: 'url_citation', url_citation: { url, title, start_index: start, end_index: end } }];
    }),
  );
}

/** All the results, also those that the text doesn't cite. */
export function listSources(text: string, results: readonly SearchResult[]): Source[] {
  const cited = new Set(citationMarks(text).flatMap(({ numbers }) => numbers));
  return results.map(({ title, url }, at) => ({ index: at + 1, title, url, cited: cited.has(at + 1) }));
}
