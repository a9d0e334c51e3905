import { LanternError } from '../errors.ts';
import { AddedTokenFinder, type TextRange } from './added-token-finder.ts';
import { byteAlphabet, bytesOfEntry, entryOfBytes } from './byte-alphabet.ts';
import { tablesFromGguf } from './gguf-tables.ts';
import { tablesFromJson } from './json-tables.ts';
import { MergeTable } from './merge-table.ts';
import { mergeWord } from './merge-word.ts';
import { endOfWord, type PreTokenizer } from './pre-tokenizer.ts';
import type { PromptSegment } from './prompt-segment.ts';
import type { TokenizerSource } from './source.ts';
import { StreamDecoder } from './stream-decoder.ts';
import type { AddedToken, TokenizerTables } from './tokenizer-tables.ts';

/** Words that are remembered with their ids; the memory starts anew when it is full. */
const CACHED_WORDS = 65_536;
const CACHED_WORD_LENGTH = 48;

const utf8 = new TextEncoder();
const noBytes = new Uint8Array(0);

/** Byte-level BPE of the Qwen 3.5 kind: NFC, words by rule, merges by rank, added tokens first. */
export class Tokenizer {
  /** Tokens that are found in the text before anything else, ordered by id. */
  readonly addedTokens: readonly AddedToken[];
  /** One more than the largest id. Embedding tables are often padded beyond it. */
  readonly vocabSize: number;

  readonly #entries: readonly (string | undefined)[];
  readonly #idOfEntry: ReadonlyMap<string, number>;
  readonly #addedById: ReadonlyMap<number, AddedToken>;
  readonly #addedByContent: ReadonlyMap<string, AddedToken>;
  readonly #finder: AddedTokenFinder;
  readonly #merges: MergeTable;
  readonly #idOfByte: Int32Array;
  readonly #ignoreMerges: boolean;
  readonly #preTokenizer: PreTokenizer;
  readonly #cache = new Map<string, Int32Array>();
  readonly #bytes = new Map<number, Uint8Array>();

  /**
   * Builds the tokenizer of a checkpoint.
   * Throws `bad-checkpoint` for tables that are malformed or contradict themselves, `unsupported` for another kind.
   */
  static from(source: TokenizerSource): Tokenizer {
    return new Tokenizer(source.kind === 'json' ? tablesFromJson(source) : tablesFromGguf(source));
  }

  private constructor(tables: TokenizerTables) {
    this.addedTokens = tables.added;
    this.#entries = tables.entries;
    this.#ignoreMerges = tables.ignoreMerges;
    this.#preTokenizer = tables.preTokenizer;
    this.#addedById = new Map(tables.added.map((token) => [token.id, token]));
    this.#addedByContent = new Map(tables.added.map((token) => [token.content, token]));
    this.#finder = new AddedTokenFinder(tables.added);
    const lastEntry = tables.entries.findLastIndex((entry) => entry !== undefined);
    this.vocabSize = 1 + Math.max(lastEntry, tables.added.at(-1)?.id ?? -1);

    const idOfEntry = new Map<string, number>();
    for (let id = 0; id < tables.entries.length; id++) {
      const entry = tables.entries[id];
      if (entry === undefined) continue;
      const other = idOfEntry.get(entry);
      if (other !== undefined) throw badTables(`the entry ${JSON.stringify(entry)} has two ids, ${other} and ${id}`);
      idOfEntry.set(entry, id);
    }
    this.#idOfEntry = idOfEntry;

    this.#idOfByte = Int32Array.from(byteAlphabet, (char, byte) => {
      const id = idOfEntry.get(char);
      if (id === undefined) throw badTables(`no entry stands for byte ${byte}; all 256 are needed`);
      return id;
    });

    this.#merges = mergeTable(tables, idOfEntry);
  }

  /**
   * Token ids of a text. Added tokens are recognised, control tokens among them, unless `addedTokens` is false:
   * then every character is ordinary text. For a rendered prompt use `encodeSegments`.
   */
  encode(text: string, { addedTokens = true }: { addedTokens?: boolean } = {}): number[] {
    const ids: number[] = [];
    const clean = text.toWellFormed();
    if (addedTokens) this.#encodeWithAdded(clean, [], ids);
    else this.#encodeText(clean, ids);
    return ids;
  }

  /**
   * Token ids of a rendered prompt: those of its whole text, except that a control token counts as one only where no
   * character of it comes from a message. Splitting and merging do not see the borders of segments.
   */
  encodeSegments(segments: readonly PromptSegment[]): number[] {
    const plain: TextRange[] = [];
    let text = '';
    for (const segment of segments) {
      const start = text.length;
      text += segment.text;
      if (segment.fromMessage && text.length > start) plain.push({ start, end: text.length });
    }
    const ids: number[] = [];
    this.#encodeWithAdded(text.toWellFormed(), plain, ids);
    return ids;
  }

  /**
   * Text of a sequence of ids. Bytes that are not UTF-8 become U+FFFD, ids without an entry (padding rows of the
   * embedding) nothing. `skipSpecial` leaves control tokens out.
   */
  decode(ids: Iterable<number>, { skipSpecial = false }: { skipSpecial?: boolean } = {}): string {
    const decoder = this.decoder({ skipSpecial });
    let text = '';
    for (const id of ids) text += decoder.push(id);
    return text + decoder.end();
  }

  /** A decoder for ids that come one by one. */
  decoder({ skipSpecial = false }: { skipSpecial?: boolean } = {}): StreamDecoder {
    return new StreamDecoder((id) => (skipSpecial && this.isSpecial(id) ? noBytes : this.tokenBytes(id)));
  }

  /** The bytes that a token stands for; none for an id without an entry. */
  tokenBytes(id: number): Uint8Array {
    const known = this.#bytes.get(id);
    if (known) return known;
    const added = this.#addedById.get(id);
    const entry = this.#entries[id];
    let bytes: Uint8Array = noBytes;
    if (added) bytes = utf8.encode(added.content);
    else if (entry !== undefined) bytes = bytesOfEntry(entry) ?? utf8.encode(entry);
    this.#bytes.set(id, bytes);
    return bytes;
  }

  /** Id of an added token by its text, or of an ordinary token by the text that it stands for. */
  tokenId(content: string): number | undefined {
    return this.#addedByContent.get(content)?.id ?? this.#idOfEntry.get(entryOfBytes(utf8.encode(content)));
  }

  /** Whether the id is a control token. */
  isSpecial(id: number): boolean {
    return this.#addedById.get(id)?.special ?? false;
  }

  #encodeWithAdded(text: string, plain: readonly TextRange[], ids: number[]): void {
    this.#finder.scan(
      text,
      plain,
      (start, end) => this.#encodeText(text.slice(start, end), ids),
      (token) => ids.push(token.id),
    );
  }

  #encodeText(raw: string, ids: number[]): void {
    const text = raw.normalize('NFC');
    for (let start = 0; start < text.length; ) {
      const end = endOfWord(text, start, this.#preTokenizer);
      for (const id of this.#encodeWord(text.slice(start, end))) ids.push(id);
      start = end;
    }
  }

  #encodeWord(word: string): Int32Array {
    const known = this.#cache.get(word);
    if (known) return known;
    const ids = this.#mergeBytes(utf8.encode(word));
    if (word.length <= CACHED_WORD_LENGTH) {
      if (this.#cache.size >= CACHED_WORDS) this.#cache.clear();
      this.#cache.set(word, ids);
    }
    return ids;
  }

  #mergeBytes(bytes: Uint8Array): Int32Array {
    if (this.#ignoreMerges) {
      const id = this.#idOfEntry.get(entryOfBytes(bytes));
      if (id !== undefined) return Int32Array.of(id);
    }
    const symbols = new Int32Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) symbols[i] = this.#idOfByte[bytes[i]!]!;
    return mergeWord(symbols, this.#merges).slice();
  }
}

function mergeTable({ merges, entries }: TokenizerTables, idOfEntry: ReadonlyMap<string, number>): MergeTable {
  const table = new MergeTable(merges.length);
  let merged = -1;
  for (let rank = 0; rank < merges.length; rank++) {
    const pair = merges[rank]!;
    const left = pair[0];
    const right = pair[1];
    const leftId = idOfEntry.get(left);
    const rightId = idOfEntry.get(right);
    // Vocabularies list the results of merges in order: the next id is nearly always the one, and saves a look-up.
    const next = entries[merged + 1];
    const isNext = next?.length === left.length + right.length && next.startsWith(left) && next.endsWith(right);
    const mergedId = isNext ? merged + 1 : idOfEntry.get(left + right);
    if (leftId === undefined || rightId === undefined || mergedId === undefined) {
      const missing = leftId === undefined ? left : rightId === undefined ? right : left + right;
      throw badTables(`merge ${rank} names ${JSON.stringify(missing)}, which is not in the vocabulary`);
    }
    table.add(leftId, rightId, rank, mergedId);
    merged = mergedId;
  }
  return table;
}

function badTables(what: string): LanternError {
  return new LanternError('bad-checkpoint', `tokenizer: ${what}`);
}
