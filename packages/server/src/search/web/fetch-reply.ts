import { SearchError } from '../search-error.ts';

/** Settings of the providers on the web; tests talk to a server of their own. */
export type WebOptions = { baseUrl?: string; timeLimitMs?: number };

export const TIME_LIMIT_MS = 10_000;
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_REDIRECTS = 3;

export type WebRequest = {
  provider: string;
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  timeLimitMs: number;
  signal: AbortSignal;
};

export type WebReply = { status: number; contentType: string; retryAfter: string; text: string };

/** One request and its whole reply, whatever its status. Stops at the time limit, at 2 MiB and at other hosts. */
export async function fetchReply(request: WebRequest): Promise<WebReply> {
  const { provider, signal, timeLimitMs } = request;
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    return await exchange(request, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof SearchError) throw error;
    if (limit.aborted)
      throw new SearchError(
        'time-limit',
        provider,
        `${request.url.host} did not reply within ${timeLimitMs / 1000} s`,
        'try again, or check that it is up',
      );
    throw new SearchError(
      'unavailable',
      provider,
      `${request.url.host} cannot be reached${reasonOf(error)}`,
      'check the address and the network',
    );
  }
}

async function exchange(request: WebRequest, signal: AbortSignal): Promise<WebReply> {
  const { provider, method, headers, body } = request;
  let url = request.url;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, { method, headers, body: body ?? null, redirect: 'manual', signal });
    const next = redirectTarget(response, url);
    if (next === null) return await readReply(response, request);
    await response.body?.cancel();
    if (next.host !== url.host || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw new SearchError(
        'unavailable',
        provider,
        `${url.host} redirects to ${next.protocol}//${next.host}, which is not followed`,
        'check the address',
      );
    if (redirects === MAX_REDIRECTS)
      throw new SearchError('unavailable', provider, `${url.host} redirects without end`, 'check the address');
    url = next;
  }
}

function redirectTarget(response: Response, url: URL): URL | null {
  if (![301, 302, 307, 308].includes(response.status)) return null;
  return URL.parse(response.headers.get('location') ?? '', url);
}

async function readReply(response: Response, { provider, url }: WebRequest): Promise<WebReply> {
  const text = await readText(response);
  if (text === null && response.ok)
    throw new SearchError('bad-reply', provider, `${url.host} replied with more than 2 MiB`, 'check the address');
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    retryAfter: response.headers.get('retry-after') ?? '',
    text: text ?? '',
  };
}

/** The body, or null where it is too long. Counted once unpacked, so that a small reply cannot grow large. */
async function readText(response: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > MAX_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The system's name of what went wrong. Messages are left out, as they may quote the request. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code;
  return typeof code === 'string' ? ` (${code})` : '';
}
