import { endpointUrl, shownUrl } from './base-url.ts';
import type { ClientError } from './client-error.ts';
import { connectionError, redirectError, replyError, timeoutError } from './failures.ts';
import { parseJson } from './loose-json.ts';
import { Patience } from './patience.ts';
import { refusal } from './refusal.ts';
import { Reply } from './reply.ts';
import { delay, mayPass, retryDelay } from './retry-rules.ts';

/** Characters of a refusal that are read. */
const MOST_OF_REFUSAL = 65_536;

export type ConnectionOptions = {
  base: URL;
  key: string | null;
  fetch: typeof fetch;
  timeoutMs: number;
  maxRetries: number;
};

/** How an attempt ended that brought no reply. `headers` where there was one. */
type Failure = { error: ClientError; isRetryable: boolean; headers: Headers | null };

/** Sends requests to one server, again and again until a reply begins, as often as is allowed. */
export class Connection {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The address of a path, without a query that may hold a key. */
  urlOf(path: string): string {
    return shownUrl(endpointUrl(this.#options.base, path));
  }

  /** Data of a JSON reply. */
  async get(path: string, signal?: AbortSignal): Promise<unknown> {
    const reply = await this.#send('GET', path, null, signal);
    const data = parseJson(await reply.text());
    if (data === undefined) throw replyError(reply.url, 'sent no JSON; is the base URL right?');
    return data;
  }

  /** A reply that has begun. */
  post(path: string, body: object, signal?: AbortSignal): Promise<Reply> {
    return this.#send('POST', path, JSON.stringify(body), signal);
  }

  async #send(method: string, path: string, body: string | null, signal: AbortSignal | undefined): Promise<Reply> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(method, path, body, signal);
      if (outcome instanceof Reply) return outcome;
      if (!outcome.isRetryable || attempt >= this.#options.maxRetries) throw outcome.error;
      await delay(retryDelay(attempt, outcome.headers), signal);
    }
  }

  async #attempt(
    method: string,
    path: string,
    body: string | null,
    signal: AbortSignal | undefined,
  ): Promise<Reply | Failure> {
    signal?.throwIfAborted();
    const { base, key, timeoutMs } = this.#options;
    const url = endpointUrl(base, path);
    const patience = new Patience(timeoutMs, signal);
    const { fetch } = this.#options;
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          accept: body === null ? 'application/json' : 'text/event-stream, application/json',
          ...(body !== null && { 'content-type': 'application/json' }),
          ...(key !== null && { authorization: `Bearer ${key}` }),
        },
        body,
        // The key and the conversation go nowhere else than where the caller said.
        redirect: 'manual',
        signal: patience.signal,
      });
    } catch (error) {
      patience.end();
      signal?.throwIfAborted();
      const told = patience.isOver ? timeoutError(url, timeoutMs) : connectionError(url, error);
      return { error: told, isRetryable: true, headers: null };
    }
    const reply = new Reply(url, response, patience, { timeoutMs, key, signal });
    if (response.ok) return reply;
    const { status, headers } = response;
    // A browser tells only that there is a redirect, not where.
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400 && headers.has('location'))) {
      await reply.cancel();
      return { error: redirectError(url, path, headers.get('location')), isRetryable: false, headers };
    }
    const text = await reply.text(MOST_OF_REFUSAL).catch(() => '');
    signal?.throwIfAborted();
    const error = refusal(url, response, text, key);
    return { error, isRetryable: mayPass(status, headers), headers };
  }
}
