import { basename } from 'node:path';

/** Names by which the vendor's examples call the model. */
const VENDOR_NAMES = ['qwen3.5-plus', 'qwen3.5-flash'];
const BUILT_IN = 'lantern-tiny';

/**
 * What a model is called: its own name (the last part of its path, or the name it was pulled by) and the vendor's, or
 * those that were given instead. The first is its id.
 */
export function servedNames(model: string | undefined, path: string, given: readonly string[] | undefined): string[] {
  if (given && given.length > 0) return [...new Set(given)];
  const own =
    model === undefined ? BUILT_IN : /^[^/.~]+\/[^/]+$/.test(model) ? model : basename(path).replace(/\.gguf$/i, '');
  return [...new Set([own, ...VENDOR_NAMES])];
}
