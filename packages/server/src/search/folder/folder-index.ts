import { basename, extname, join } from 'node:path';
import MiniSearch from 'minisearch';
import { htmlSections } from '../html/html-sections.ts';
import type { SearchResult } from '../search-provider.ts';
import { bestStretch } from './best-stretch.ts';
import { fileUrl } from './file-url.ts';
import type { ListedFile } from './list-files.ts';
import { markdownSections } from './markdown-sections.ts';
import { queryTerms } from './query-terms.ts';
import { readTextFile } from './read-text-file.ts';
import type { Section } from './section.ts';
import { type Passage, splitPassages } from './split-passages.ts';
import { words } from './words.ts';

const SNIPPET_LENGTH = 400;
const MAX_PASSAGES = 400_000;
/** Passages that are indexed before other work gets its turn. */
const CHUNK = 50;

type FilePassage = Passage & { path: string };
type IndexedPassage = { id: number; heading: string; text: string; path: string };
type IndexedFile = { version: string; ids: number[] };

/** Passages of files, ranked for a query by BM25. */
export class FolderIndex {
  readonly #root: string;
  readonly #maxFileBytes: number;
  readonly #files = new Map<string, IndexedFile>();
  readonly #passages = new Map<number, FilePassage>();
  #nextId = 0;
  readonly #index = new MiniSearch<IndexedPassage>({
    fields: ['heading', 'text', 'path'],
    tokenize: (text) => words(text, true).map(({ term }) => term),
    processTerm: (term) => term,
    searchOptions: {
      tokenize: (terms) => terms.split(' '),
      boost: { heading: 2 },
      // Other endings of a word, and slips in it, count less than the word itself; numbers are exact.
      prefix: (term) => /^\D{4,}$/.test(term),
      fuzzy: (term) => (/^\D{5,}$/.test(term) ? 0.2 : false),
    },
  });

  constructor(root: string, maxFileBytes: number) {
    this.#root = root;
    this.#maxFileBytes = maxFileBytes;
  }

  /** Whether files were left out, as there are too many passages. */
  get isFull(): boolean {
    return this.#passages.size >= MAX_PASSAGES;
  }

  /** Takes in files that are new or have changed, and forgets those that are not listed. */
  async update(files: readonly ListedFile[]): Promise<void> {
    const listed = new Map(files.map(({ path, version }) => [path, version]));
    for (const [path, { version }] of this.#files) if (listed.get(path) !== version) this.#forget(path);
    for (const { path, version } of files) if (!this.#files.has(path)) await this.#add(path, version);
  }

  search(query: string, count: number): SearchResult[] {
    const terms = queryTerms(query);
    if (terms.length === 0) return [];
    return this.#index
      .search(terms.join(' '))
      .slice(0, count)
      .flatMap(({ id, terms: found }) => {
        const passage = this.#passages.get(id as number);
        if (passage === undefined) return [];
        const { heading, slug, text, path } = passage;
        const snippet = bestStretch(text, new Set(found), SNIPPET_LENGTH);
        const title = heading === '' ? basename(path) : heading;
        return [{ title: title.replace(/\p{Cc}/gu, ' '), url: fileUrl(path, slug), snippet }];
      });
  }

  #forget(path: string): void {
    const ids = this.#files.get(path)?.ids ?? [];
    this.#files.delete(path);
    for (const id of ids) this.#passages.delete(id);
    this.#index.discardAll(ids);
  }

  async #add(path: string, version: string): Promise<void> {
    if (this.isFull) return;
    // A file that is gone again or may not be read is as good as an empty one until it changes.
    const text = await readTextFile(join(this.#root, path), this.#maxFileBytes).catch(() => null);
    const ids: number[] = [];
    this.#files.set(path, { version, ids });
    const documents = splitPassages(sectionsOf(path, text ?? '')).map((passage): IndexedPassage => {
      const id = this.#nextId++;
      ids.push(id);
      this.#passages.set(id, { ...passage, path });
      return { id, heading: passage.heading, text: passage.text, path: path.slice(0, -extname(path).length) };
    });
    await this.#index.addAllAsync(documents, { chunkSize: CHUNK });
  }
}

function sectionsOf(path: string, text: string): Section[] {
  const kind = extname(path).toLowerCase();
  if (kind === '.html' || kind === '.htm') return htmlSections(text);
  return kind === '.txt'
    ? [{ heading: '', isTitle: true, text: text.replace(/\r\n?/g, '\n') }]
    : markdownSections(text);
}
