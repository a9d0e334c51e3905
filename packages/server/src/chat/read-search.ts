import type { ChatCompletionRequest, SearchOptions } from '@lantern/api';
import { ApiError, badField } from '../http/api-error.ts';
import type { SearchProvider } from '../search/search-provider.ts';
import { SEARCH_TOOL_NAME } from '../search/search-tool.ts';

/** How the answers of a request may search. */
export type SearchPlan = {
  provider: SearchProvider;
  /** Results of one search. */
  count: number;
  mark: '[<number>]' | '[ref_<number>]';
  /** What to search for before the model says anything; null leaves that to the model. */
  forcedQuery: string | null;
};

const COUNTS = { turbo: 5, max: 10 } as const;
const LONGEST_QUERY = 400;

/**
 * The search of a request; null where it wants none. Throws a 400 where the server has no provider, and for options that
 * no provider here can keep to.
 */
export function readSearch(
  { enable_search: enabled, search_options: options, tools }: ChatCompletionRequest,
  question: string,
  provider: SearchProvider | null,
): SearchPlan | null {
  if (!enabled) return null;
  if (!provider)
    throw new ApiError(
      'search_not_configured',
      'enable_search needs a search provider; the server is started with one: lantern serve --search searxng=URL, brave, tavily or folder=PATH',
      { param: 'enable_search' },
    );
  if (tools?.some((tool) => tool.function.name === SEARCH_TOOL_NAME))
    throw badField('tools', `with enable_search the tool ${SEARCH_TOOL_NAME} is the server's; give yours another name`);
  refuseOptions(options ?? {});
  const strategy = options?.search_strategy === 'max' ? 'max' : 'turbo';
  return {
    provider,
    count: COUNTS[strategy],
    mark: options?.citation_format ?? '[<number>]',
    forcedQuery: options?.forced_search ? question.slice(0, LONGEST_QUERY) : null,
  };
}

function refuseOptions(options: SearchOptions): void {
  const { search_strategy: strategy } = options;
  if (strategy === 'agent' || strategy === 'agent_max')
    throw badField(
      'search_options.search_strategy',
      `search_strategy is ${strategy}; turbo and max are there`,
      'unsupported_field',
    );
  const refused = [
    'enable_search_extension',
    'freshness',
    'assigned_site_list',
    'intention_options',
    'prepend_search_result',
  ] as const;
  for (const name of refused) {
    const value = options[name];
    if (value === undefined || value === null || value === false) continue;
    throw badField(
      `search_options.${name}`,
      `search_options.${name} cannot be honoured by this server; leave it out`,
      'unsupported_field',
    );
  }
}
