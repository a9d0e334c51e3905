import { SearchError } from '../search-error.ts';
import type { WebReply } from './fetch-reply.ts';

/** Throws unless the reply is a success. `access` says what to do where the provider refuses access. */
export function checkStatus(provider: string, reply: WebReply, access: string): void {
  const { status } = reply;
  if (status >= 200 && status < 300) return;
  if (status === 401 || status === 403)
    throw new SearchError('refused', provider, `access is refused (${status})`, access);
  if (status === 402 || status === 432 || status === 433)
    throw new SearchError(
      'rate-limited',
      provider,
      `the searches of the plan are used up (${status})`,
      "raise the plan's limit with the provider",
    );
  if (status === 429)
    throw new SearchError('rate-limited', provider, 'too many searches (429)', `try again ${when(reply.retryAfter)}`);
  if (status >= 500)
    throw new SearchError('unavailable', provider, `it failed with status ${status}`, 'try again later');
  throw new SearchError('bad-reply', provider, `it replied with status ${status}`, 'check the address and the query');
}

/** JSON of a reply. */
export function parseReply(provider: string, reply: WebReply): unknown {
  try {
    return JSON.parse(reply.text);
  } catch {
    const kind = /^[\w.+-]+\/[\w.+-]+/.exec(reply.contentType)?.[0];
    throw new SearchError(
      'bad-reply',
      provider,
      `the reply is not JSON${kind === undefined ? '' : ` but ${kind}`}`,
      'check the address',
    );
  }
}

function when(retryAfter: string): string {
  return /^\d{1,6}$/.test(retryAfter) ? `in ${Number(retryAfter)} s` : 'later';
}
