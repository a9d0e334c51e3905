import { ClientError } from './client-error.ts';

/**
 * Reads where a server's API begins. An address without a path gets `/v1`, any other is taken as it is; a query stays.
 * Throws a ClientError for what is no http address, and for one with a password, which would end up in messages.
 */
export function readBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    const shown = text.includes('@') ? 'no address' : JSON.stringify(text);
    throw new ClientError(`baseUrl is ${shown}; it must begin with http:// or https://`, { code: 'invalid_option' });
  }
  if (url.username !== '' || url.password !== '')
    throw new ClientError('baseUrl holds a user name or password; give the key as apiKey instead', {
      code: 'invalid_option',
    });
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  if (url.pathname === '/') url.pathname = '/v1';
  return url;
}

/** The address of a path of the API, such as `models`. */
export function endpointUrl(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname}/${path}`;
  return url;
}

/** An address as messages show it: without the query, which may hold a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}
