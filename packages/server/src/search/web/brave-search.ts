import { decodeEntities } from '../html/decode-entities.ts';
import { SearchError } from '../search-error.ts';
import type { SearchOptions, SearchProvider, SearchResult } from '../search-provider.ts';
import { resultCount, shortQuery } from '../short-query.ts';
import { checkStatus, parseReply } from './check-status.ts';
import { fetchReply, TIME_LIMIT_MS, type WebOptions } from './fetch-reply.ts';
import { webResults } from './web-results.ts';

const CHECK_KEY = 'check the key in BRAVE_API_KEY (https://api-dashboard.search.brave.com)';

/** Searches the web with the Brave Search API. */
export class BraveSearch implements SearchProvider {
  readonly name = 'brave';
  readonly #key: string;
  readonly #baseUrl: string;
  readonly #timeLimitMs: number;

  constructor(key: string, options: WebOptions = {}) {
    this.#key = key;
    this.#baseUrl = options.baseUrl ?? 'https://api.search.brave.com';
    this.#timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  }

  async search(query: string, { count, signal }: SearchOptions): Promise<SearchResult[]> {
    const url = new URL('/res/v1/web/search', this.#baseUrl);
    url.searchParams.set('q', shortQuery(this.name, query));
    url.searchParams.set('count', String(resultCount(count)));
    url.searchParams.set('result_filter', 'web');
    url.searchParams.set('text_decorations', 'false');
    const reply = await fetchReply({
      provider: this.name,
      url,
      method: 'GET',
      headers: { accept: 'application/json', 'X-Subscription-Token': this.#key },
      timeLimitMs: this.#timeLimitMs,
      signal,
    });
    // A wrong key is a 422 here, as a wrong parameter is.
    if (reply.status === 422 && /SUBSCRIPTION_TOKEN_INVALID|x-subscription-token/i.test(reply.text))
      throw new SearchError('refused', this.name, 'access is refused (422)', CHECK_KEY);
    checkStatus(this.name, reply, CHECK_KEY);
    const data = parseReply(this.name, reply) as { web?: { results?: unknown } | null } | null;
    // A query without web results has a reply without `web`.
    return webResults(this.name, data?.web?.results ?? [], 'description', resultCount(count), plainText);
  }
}

/** Its texts hold entities, and marks around found words where decorations are on. */
function plainText(text: string): string {
  return decodeEntities(text.replace(/<\/?strong>/g, ''));
}
