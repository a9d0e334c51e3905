import { shownUrl } from './base-url.ts';
import { ClientError } from './client-error.ts';
import { isObject } from './loose-json.ts';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'no way to this host',
  ENETUNREACH: 'no way to this network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the other side closed the connection',
};

/** Silence that the runtime itself has lost patience with. */
const RUNTIME_TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** No reply came. Browsers do not tell why; Node hides it in the cause. */
export function connectionError(url: URL, error: unknown): ClientError {
  const { code, reason } = causeOf(error);
  if (code !== null && RUNTIME_TIMEOUTS.has(code))
    return new ClientError(`${shownUrl(url)} sent nothing for so long that the runtime gave up`, {
      code: 'timeout',
      cause: error,
    });
  return new ClientError(`cannot reach ${url.origin}: ${reason}`, { code: 'connection_failed', cause: error });
}

export function timeoutError(url: URL, milliseconds: number): ClientError {
  return new ClientError(`${shownUrl(url)} sent nothing for ${milliseconds / 1000} s`, { code: 'timeout' });
}

/** A reply that had begun broke off. */
export function brokenError(url: URL, error: unknown): ClientError {
  const { code, reason } = causeOf(error);
  if (code !== null && RUNTIME_TIMEOUTS.has(code)) return connectionError(url, error);
  return new ClientError(`the reply of ${shownUrl(url)} broke off: ${reason}`, { code: 'cut_off', cause: error });
}

/** The request would have to go elsewhere, which only the caller can decide. `location` is where, if known. */
export function redirectError(url: URL, path: string, location: string | null): ClientError {
  const target = location === null ? null : URL.parse(location, url);
  if (!target) return new ClientError(`${shownUrl(url)} redirects to another address`, { code: 'redirected' });
  const shown = shownUrl(target);
  const remedy = shown.endsWith(`/${path}`) ? `; use ${shown.slice(0, -path.length - 1)} as the base URL` : '';
  return new ClientError(`${shownUrl(url)} redirects to ${shown}${remedy}`, { code: 'redirected' });
}

/** A reply that cannot be understood. */
export function replyError(url: URL, what: string): ClientError {
  return new ClientError(`${shownUrl(url)} ${what}`, { code: 'invalid_reply' });
}

function causeOf(error: unknown): { code: string | null; reason: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = isObject(cause) && typeof cause.code === 'string' ? cause.code : null;
  const known = code === null ? undefined : reasons[code];
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code, reason: known ?? (message.replaceAll(/\s+/g, ' ').trim() || code || 'no reason is known') };
}
