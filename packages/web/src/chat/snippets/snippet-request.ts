import type { StoredExchange } from '../../store/records.ts';

/** A request that is written down as a program: where it goes and what it says. The key is never part of it. */
export type SnippetRequest = { url: string; body: StoredExchange['body'] };

/** The environment variable that programs read the key from. */
export const KEY_VARIABLE = 'LANTERN_API_KEY';

/** What stands for the key where the variable is not set: OpenAI's clients want one, servers without keys take any. */
export const NO_KEY = 'none';

/** Where the API begins, as OpenAI's clients want it. */
export function baseUrlOf(url: string): string {
  return url.replace(/\/chat\/completions$/, '');
}
