import { FolderSearch } from './folder/folder-search.ts';
import { SearchError } from './search-error.ts';
import type { SearchProvider } from './search-provider.ts';
import { BraveSearch } from './web/brave-search.ts';
import { SearxngSearch } from './web/searxng-search.ts';
import { TavilySearch } from './web/tavily-search.ts';

const FORMS = 'give searxng=URL, brave, tavily or folder=PATH';

export type ParseSearchSettings = {
  /** Told what of a folder is not searched; otherwise the process warns. */
  warn?: (message: string) => void;
};

/**
 * What `--search` of the command line names: `searxng=URL`, `brave`, `tavily` or `folder=PATH`. Keys come from the
 * environment: BRAVE_API_KEY or BRAVE_SEARCH_API_KEY, and TAVILY_API_KEY. Throws a SearchError.
 */
export function parseSearchOption(
  text: string,
  env: Record<string, string | undefined>,
  settings: ParseSearchSettings = {},
): SearchProvider {
  const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(text.trim()) ?? [];
  switch (name) {
    case 'searxng':
      return new SearxngSearch({ baseUrl: checkedUrl(value ?? '') });
    case 'brave':
      return new BraveSearch(keyOf(name, value, ['BRAVE_API_KEY', 'BRAVE_SEARCH_API_KEY'], env));
    case 'tavily':
      return new TavilySearch(keyOf(name, value, ['TAVILY_API_KEY'], env));
    case 'folder':
      if (value === undefined || value === '')
        throw badOption(name, 'no folder is named', 'give its path: --search folder=PATH');
      return new FolderSearch(value, settings);
    default:
      throw badOption('--search', name === '' ? 'no provider is named' : `${shown(name)} is no search provider`, FORMS);
  }
}

function checkedUrl(value: string): string {
  const remedy = 'give the address of an instance: --search searxng=http://localhost:8888';
  if (value === '') throw badOption('searxng', 'no address is given', remedy);
  const url = URL.parse(value);
  if (url === null) throw badOption('searxng', 'its address is not a URL', remedy);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw badOption('searxng', `its address begins with ${shown(url.protocol)}`, remedy);
  if (url.search !== '' || url.hash !== '') throw badOption('searxng', 'its address must not contain ? or #', remedy);
  return value;
}

/** The key of the first variable that is set. Values stay out of the messages, as they may be keys. */
function keyOf(
  name: string,
  value: string | undefined,
  variables: readonly string[],
  env: Record<string, string | undefined>,
): string {
  const [variable] = variables;
  if (value !== undefined)
    throw badOption(name, 'it takes no value', `give --search ${name} and put the key in ${variable}`);
  for (const from of variables) {
    const key = env[from]?.trim() ?? '';
    if (key === '') continue;
    if (/^[\x21-\x7e]+$/.test(key)) return key;
    throw badOption(name, `${from} holds characters that no key has`, 'check that it holds the key and nothing else');
  }
  throw badOption(name, 'its API key is missing', `put it in the environment variable ${variable}`);
}

function badOption(provider: string, problem: string, remedy: string): SearchError {
  return new SearchError('bad-option', provider, problem, remedy);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
