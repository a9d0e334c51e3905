/** Why a search failed, in terms a program can branch on. */
export type SearchErrorCode =
  | 'bad-option' // what is searched was named wrongly, or its key is missing
  | 'bad-query' // nothing to search for
  | 'refused' // the provider wants another key or other settings
  | 'rate-limited' // too many searches, or the plan's are used up
  | 'unavailable' // the provider cannot be reached or fails itself
  | 'time-limit'
  | 'bad-reply' // the provider's reply cannot be used
  | 'bad-folder';

/**
 * The one error of searches. Its message is one line: the provider, what happened, and the remedy. It holds no key and
 * nothing of what a provider replied, so it may be logged and given to the model.
 */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  readonly code: SearchErrorCode;
  readonly provider: string;
  readonly remedy: string;

  constructor(code: SearchErrorCode, provider: string, problem: string, remedy: string) {
    super(oneLine(`${provider}: ${problem}; ${remedy}`));
    this.code = code;
    this.provider = provider;
    this.remedy = remedy;
  }
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
