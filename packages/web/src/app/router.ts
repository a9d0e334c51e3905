import { useSyncExternalStore } from 'react';

/** Where the page is: `#/chat/ID` is page `chat` with the rest `['ID']`. An empty page is the first one. */
export type Route = { page: string; rest: readonly string[] };

let last: { hash: string; route: Route } | undefined;

/** The present route; the same object until it changes. */
function read(): Route {
  const { hash } = location;
  if (last?.hash !== hash) {
    const [page = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
    last = { hash, route: { page, rest: rest.filter((part) => part !== '') } };
  }
  return last.route;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, read);
}

/** The address of a page, for links. */
export function hrefOf(page: string, ...rest: string[]): string {
  return `#/${[page, ...rest].map(encodeURIComponent).join('/')}`;
}

/** Goes to a page. `replace` leaves no step to go back to. */
export function navigate(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (!replace) {
    location.hash = href;
    return;
  }
  history.replaceState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
