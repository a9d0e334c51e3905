import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SearchError } from '../search-error.ts';
import type { SearchOptions, SearchProvider, SearchResult } from '../search-provider.ts';
import { resultCount, shortQuery } from '../short-query.ts';
import { FolderIndex } from './folder-index.ts';
import { type Listing, type ListLimits, listFiles } from './list-files.ts';

const MiB = 1024 * 1024;
const LIMITS: ListLimits = { files: 10_000, bytes: 64 * MiB, fileBytes: 2 * MiB, entries: 200_000 };

export type FolderSearchOptions = {
  limits?: Partial<ListLimits>;
  /** The folder is looked through for changes at most this often. */
  checkEveryMs?: number;
  /** Told, once each, what of the folder is not searched. */
  warn?: (message: string) => void;
};

/**
 * Searches the texts, Markdown and pages in a folder. They are read when the first search comes, and again where they
 * have changed since. A search that comes while they are read waits; reading goes on if that search is given up.
 */
export class FolderSearch implements SearchProvider {
  readonly name = 'folder';
  readonly #folder: string;
  readonly #limits: ListLimits;
  readonly #checkEveryMs: number;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();
  #index: FolderIndex | null = null;
  #root = '';
  #checkedAt = Number.NEGATIVE_INFINITY;
  #check: Promise<FolderIndex> | null = null;

  constructor(folder: string, options: FolderSearchOptions = {}) {
    this.#folder = resolve(folder);
    this.#limits = { ...LIMITS, ...options.limits };
    this.#checkEveryMs = options.checkEveryMs ?? 5000;
    this.#warn = options.warn ?? ((message) => process.emitWarning(message, 'SearchWarning'));
  }

  async search(query: string, { count, signal }: SearchOptions): Promise<SearchResult[]> {
    signal.throwIfAborted();
    const short = shortQuery(this.name, query);
    const index = await unlessAborted(this.#current(), signal);
    return index.search(short, resultCount(count));
  }

  /** The index of the folder as it is now, or was a few seconds ago. */
  async #current(): Promise<FolderIndex> {
    if (this.#index !== null && performance.now() - this.#checkedAt < this.#checkEveryMs) return this.#index;
    this.#check ??= this.#update().finally(() => {
      this.#check = null;
    });
    return await this.#check;
  }

  async #update(): Promise<FolderIndex> {
    const startedAt = performance.now();
    const { root, listing } = await this.#list();
    const index =
      this.#index !== null && root === this.#root ? this.#index : new FolderIndex(root, this.#limits.fileBytes);
    await index.update(listing.files);
    this.#tell(listing, index);
    this.#index = index;
    this.#root = root;
    this.#checkedAt = startedAt;
    return index;
  }

  async #list(): Promise<{ root: string; listing: Listing }> {
    try {
      const root = await realpath(this.#folder);
      return { root, listing: await listFiles(root, this.#limits) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      const problem = { ENOENT: 'does not exist', ENOTDIR: 'is not a folder', EACCES: 'may not be read' }[code];
      const remedy = 'check the path in --search folder=PATH';
      throw new SearchError(
        'bad-folder',
        this.name,
        `${this.#folder} ${problem ?? `cannot be read (${code})`}`,
        remedy,
      );
    }
  }

  #tell({ files, more, tooLarge }: Listing, index: FolderIndex): void {
    const { files: most, bytes, fileBytes } = this.#limits;
    if (more)
      this.#warnOnce(
        `it holds more than ${most} files or ${shown(bytes)} of text; only the first by name are searched`,
      );
    if (index.isFull) this.#warnOnce('it holds more passages than fit; the rest of it is not searched');
    if (tooLarge > 0) this.#warnOnce(`files over ${shown(fileBytes)} in it are not searched`);
    if (files.length === 0) this.#warnOnce('it holds no text, Markdown or HTML files');
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#warn(`folder: ${this.#folder}: ${message}`);
  }
}

function shown(bytes: number): string {
  return bytes < MiB ? `${bytes} bytes` : `${Math.round(bytes / MiB)} MiB`;
}

/** The promise, or the signal's reason once it is aborted. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
