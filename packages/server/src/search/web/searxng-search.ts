import { SearchError } from '../search-error.ts';
import type { SearchOptions, SearchProvider, SearchResult } from '../search-provider.ts';
import { resultCount, shortQuery } from '../short-query.ts';
import { checkStatus, parseReply } from './check-status.ts';
import { fetchReply, TIME_LIMIT_MS, type WebOptions, type WebReply } from './fetch-reply.ts';
import { webResults } from './web-results.ts';

/** Searches through an instance of SearXNG. A user name and password in its address are sent as basic authorization. */
export class SearxngSearch implements SearchProvider {
  readonly name = 'searxng';
  readonly #endpoint: URL;
  readonly #authorization: string | null;
  readonly #timeLimitMs: number;

  constructor({ baseUrl, timeLimitMs = TIME_LIMIT_MS }: WebOptions & { baseUrl: string }) {
    const url = new URL(baseUrl);
    const { username, password } = url;
    this.#authorization = username === '' && password === '' ? null : basic(username, password);
    url.username = '';
    url.password = '';
    url.search = '';
    url.hash = '';
    url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/search$/, '')}/search`;
    this.#endpoint = url;
    this.#timeLimitMs = timeLimitMs;
  }

  async search(query: string, { count, signal }: SearchOptions): Promise<SearchResult[]> {
    const url = new URL(this.#endpoint);
    url.searchParams.set('q', shortQuery(this.name, query));
    url.searchParams.set('format', 'json');
    const reply = await fetchReply({
      provider: this.name,
      url,
      method: 'GET',
      headers: {
        // Its bot detection turns away clients that take no HTML.
        accept: 'application/json, text/html;q=0.5',
        'user-agent': 'Lantern',
        ...(this.#authorization === null ? {} : { authorization: this.#authorization }),
      },
      timeLimitMs: this.#timeLimitMs,
      signal,
    });
    this.#checkSettings(reply);
    checkStatus(this.name, reply, 'put a user name and password in its address: searxng=https://name:password@host');
    const data = parseReply(this.name, reply) as { results?: unknown } | null;
    return webResults(this.name, data?.results, 'content', resultCount(count));
  }

  /** Refusals that have a remedy of their own here. */
  #checkSettings({ status, contentType }: WebReply): void {
    if (status === 429)
      throw new SearchError(
        'rate-limited',
        this.name,
        `${this.#endpoint.host} turns this client away as a robot or as too frequent (429)`,
        'try again later, or let it pass in the limiter.toml of the instance',
      );
    if (status !== 403 && !(status < 300 && contentType.includes('html'))) return;
    throw new SearchError(
      'refused',
      this.name,
      `${this.#endpoint.host} does not give JSON (${status})`,
      'list json under search.formats in the settings.yml of the instance, and check that the address is that of SearXNG',
    );
  }
}

function basic(username: string, password: string): string {
  const pair = `${decode(username)}:${decode(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
