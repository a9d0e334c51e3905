import { type TokenEnds, TokenEndsTable } from './masks/token-ends.ts';
import { type TrieLayout, TrieWriter } from './masks/trie-layout.ts';

/** What a trie needs of a tokenizer. */
export type TokenSource = {
  readonly vocabSize: number;
  tokenBytes(id: number): Uint8Array;
  isSpecial(id: number): boolean;
};

const NO_BYTES = new Uint8Array(0);

/**
 * The tokens of a tokenizer by their bytes, for masks. Control tokens and ids without bytes are not in it; other added
 * tokens are.
 */
export class TokenTrie {
  static readonly #made = new WeakMap<TokenSource, TokenTrie>();

  readonly vocabSize: number;
  readonly layout: TrieLayout;
  /** The ends of no tokens yet: all of them are left. */
  readonly all: TokenEnds = { nodes: Int32Array.of(0) };
  readonly endsTable = new TokenEndsTable();
  readonly #data: Uint8Array;
  readonly #offsets: Int32Array;
  #bits: Uint32Array | null = null;

  /** The trie of a tokenizer, made once: for 248,000 tokens that takes a good part of a second. */
  static of(tokenizer: TokenSource): TokenTrie {
    let trie = TokenTrie.#made.get(tokenizer);
    if (!trie) {
      trie = new TokenTrie(tokenizer);
      TokenTrie.#made.set(tokenizer, trie);
    }
    return trie;
  }

  private constructor(tokenizer: TokenSource) {
    this.vocabSize = tokenizer.vocabSize;
    const tokens: Uint8Array[] = [];
    this.#offsets = new Int32Array(this.vocabSize + 1);
    for (let id = 0; id < this.vocabSize; id++) {
      const bytes = tokenizer.isSpecial(id) ? NO_BYTES : tokenizer.tokenBytes(id);
      tokens.push(bytes);
      this.#offsets[id + 1] = this.#offsets[id]! + bytes.length;
    }
    this.#data = new Uint8Array(this.#offsets[this.vocabSize]!);
    for (let id = 0; id < this.vocabSize; id++) this.#data.set(tokens[id]!, this.#offsets[id]!);
    this.layout = layoutOf(sortedTokens(this.#data, this.#offsets), this.#data, this.#offsets);
  }

  /** The bytes of a token; none for one that is not in the trie. */
  bytesOf(id: number): Uint8Array {
    const start = this.#offsets[id];
    const end = this.#offsets[id + 1];
    return start === undefined || end === undefined ? NO_BYTES : this.#data.subarray(start, end);
  }

  /** One bit per token, all clear: scratch memory of whoever makes a mask. */
  clearBits(): Uint32Array {
    this.#bits ??= new Uint32Array(Math.ceil(this.vocabSize / 32));
    return this.#bits.fill(0);
  }
}

/** Ids of tokens with bytes, ordered by these. */
function sortedTokens(data: Uint8Array, offsets: Int32Array): Int32Array {
  const count = offsets.length - 1;
  // The first six bytes as a number decide nearly every comparison.
  const keys = new Float64Array(count);
  const ids: number[] = [];
  for (let id = 0; id < count; id++) {
    if (offsets[id] === offsets[id + 1]) continue;
    ids.push(id);
    let key = 0;
    for (let i = 0; i < 6; i++) {
      const at = offsets[id]! + i;
      key = key * 257 + (at < offsets[id + 1]! ? data[at]! + 1 : 0);
    }
    keys[id] = key;
  }
  return Int32Array.from(ids).sort((a, b) => {
    const order = keys[a]! - keys[b]!;
    if (order !== 0) return order;
    const endA = offsets[a + 1]!;
    const endB = offsets[b + 1]!;
    let atA = offsets[a]! + 6;
    let atB = offsets[b]! + 6;
    for (; atA < endA && atB < endB; atA++, atB++) if (data[atA] !== data[atB]) return data[atA]! - data[atB]!;
    return Math.max(0, endA - atA) - Math.max(0, endB - atB) || a - b;
  });
}

function layoutOf(ids: Int32Array, data: Uint8Array, offsets: Int32Array): TrieLayout {
  const writer = new TrieWriter();
  let start = 0;
  let length = 0;
  for (const id of ids) {
    const from = offsets[id]!;
    const size = offsets[id + 1]! - from;
    let shared = 0;
    while (shared < length && shared < size && data[start + shared] === data[from + shared]) shared++;
    for (let depth = shared; depth < size; depth++) writer.node(data[from + depth]!, depth + 1);
    writer.token(id);
    start = from;
    length = size;
  }
  return writer.end();
}
