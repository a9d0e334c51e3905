import type { Annotation } from '@lantern/api';
import type { CalledTool, ChatMessage } from '@lantern/engine';
import { ApiError } from '../http/api-error.ts';
import { citations, formatResults } from '../search/format-results.ts';
import { SearchError } from '../search/search-error.ts';
import type { SearchResult } from '../search/search-provider.ts';
import type { SearchPlan } from './read-search.ts';

/** The searches of one answer: what was found, numbered through, and what of it the answer cites. */
export class SearchMemory {
  readonly #plan: SearchPlan;
  readonly #found: SearchResult[] = [];

  constructor(plan: SearchPlan) {
    this.#plan = plan;
  }

  /** Does what a call asks for; the message is its result. Throws a 502 where the provider fails. */
  async answer(
    { id, arguments: text }: Pick<CalledTool, 'id' | 'arguments'>,
    signal: AbortSignal,
  ): Promise<ChatMessage> {
    const { query } = JSON.parse(text) as { query?: unknown };
    const first = this.#found.length + 1;
    const results = typeof query === 'string' && query.trim() !== '' ? await this.#search(query, signal) : [];
    this.#found.push(...results);
    return { role: 'tool', tool_call_id: id, content: formatResults(results, { first, mark: this.#plan.mark }) };
  }

  /**
   * The sources of a finished text: where it cites them, or all that were found, at its end, where it cites none.
   */
  annotations(text: string): Annotation[] {
    const cited = citations(text, this.#found);
    if (cited.length > 0) return cited;
    const place = { start_index: text.length, end_index: text.length };
    return this.#found.map(({ url, title }) => ({ type: 'url_citation', url_citation: { url, title, ...place } }));
  }

  async #search(query: string, signal: AbortSignal): Promise<SearchResult[]> {
    try {
      return await this.#plan.provider.search(query, { count: this.#plan.count, signal });
    } catch (error) {
      if (error instanceof SearchError && error.code === 'bad-query') return [];
      if (error instanceof SearchError) throw new ApiError('upstream_error', `the search failed: ${error.message}`);
      throw error;
    }
  }
}
