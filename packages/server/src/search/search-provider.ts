/** One source that a search found. */
export type SearchResult = {
  title: string;
  /** Address of the page, or path of the file within the searched folder. */
  url: string;
  /** The part of it that answers the query best. */
  snippet: string;
};

export type SearchOptions = {
  /** At most so many results. */
  count: number;
  signal: AbortSignal;
};

/** Something that can be searched. `search` throws a SearchError, or the signal's reason once that is aborted. */
export type SearchProvider = {
  readonly name: string;
  search(query: string, options: SearchOptions): Promise<SearchResult[]>;
};
