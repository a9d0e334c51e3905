import { clipText } from '../clip-text.ts';
import { SearchError } from '../search-error.ts';
import type { SearchResult } from '../search-provider.ts';

const TITLE_LENGTH = 200;
const SNIPPET_LENGTH = 1000;

/**
 * The results of a provider's list: those with an address of the web, in one line each. `snippetField` names the field
 * that holds the snippet; `clean` turns the provider's kind of text into plain text.
 */
export function webResults(
  provider: string,
  list: unknown,
  snippetField: string,
  count: number,
  clean: (text: string) => string = (text) => text,
): SearchResult[] {
  if (!Array.isArray(list))
    throw new SearchError('bad-reply', provider, 'the reply holds no list of results', 'check the address');
  const results: SearchResult[] = [];
  for (const entry of list as unknown[]) {
    if (results.length === count) break;
    if (typeof entry !== 'object' || entry === null) continue;
    const { url, title, [snippetField]: snippet } = entry as Record<string, unknown>;
    const address = typeof url === 'string' ? URL.parse(url) : null;
    if (address === null || !['http:', 'https:'].includes(address.protocol)) continue;
    results.push({
      title: clipText(oneLine(title, clean), TITLE_LENGTH) || address.host,
      url: address.href,
      snippet: clipText(oneLine(snippet, clean), SNIPPET_LENGTH),
    });
  }
  return results;
}

function oneLine(value: unknown, clean: (text: string) => string): string {
  if (typeof value !== 'string') return '';
  return clean(value)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
