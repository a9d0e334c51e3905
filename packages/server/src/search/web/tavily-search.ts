import type { SearchOptions, SearchProvider, SearchResult } from '../search-provider.ts';
import { resultCount, shortQuery } from '../short-query.ts';
import { checkStatus, parseReply } from './check-status.ts';
import { fetchReply, TIME_LIMIT_MS, type WebOptions } from './fetch-reply.ts';
import { webResults } from './web-results.ts';

/** Searches the web with the API of Tavily. */
export class TavilySearch implements SearchProvider {
  readonly name = 'tavily';
  readonly #key: string;
  readonly #baseUrl: string;
  readonly #timeLimitMs: number;

  constructor(key: string, options: WebOptions = {}) {
    this.#key = key;
    this.#baseUrl = options.baseUrl ?? 'https://api.tavily.com';
    this.#timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  }

  async search(query: string, { count, signal }: SearchOptions): Promise<SearchResult[]> {
    const reply = await fetchReply({
      provider: this.name,
      url: new URL('/search', this.#baseUrl),
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${this.#key}`,
      },
      body: JSON.stringify({ query: shortQuery(this.name, query), max_results: resultCount(count) }),
      timeLimitMs: this.#timeLimitMs,
      signal,
    });
    checkStatus(this.name, reply, 'check the key in TAVILY_API_KEY (https://app.tavily.com)');
    const data = parseReply(this.name, reply) as { results?: unknown } | null;
    return webResults(this.name, data?.results, 'content', resultCount(count));
  }
}
