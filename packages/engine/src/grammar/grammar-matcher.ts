import type { Config } from './automaton/machine.ts';
import type { Grammar } from './grammar.ts';
import { tokenMask } from './masks/token-mask.ts';
import type { TokenTrie } from './token-trie.ts';

/** Keeps one answer to a grammar, token by token. */
export class GrammarMatcher {
  readonly #grammar: Grammar;
  readonly #trie: TokenTrie;
  readonly #endIds: readonly number[];
  /** Null once an end token came. */
  #config: Config | null;
  #saved = new Float32Array(256);

  /** Any of `endIds` ends the answer. */
  constructor(grammar: Grammar, trie: TokenTrie, endIds: readonly number[]) {
    this.#grammar = grammar;
    this.#trie = trie;
    this.#endIds = endIds;
    this.#config = grammar.start;
  }

  /** Whether the text may end here. */
  get mayEnd(): boolean {
    return this.#config?.mayEnd ?? true;
  }

  /** Whether nothing but the end may come. */
  get mustEnd(): boolean {
    return !this.#config || this.#config.states.length === 0;
  }

  /**
   * Sets the logits of tokens that may not come to −∞, those of end tokens except where the text may end. `logits` is
   * one row, [vocabSize or more].
   */
  mask(logits: Float32Array): void {
    const ends = this.mayEnd ? this.#endIds : [];
    const { deny, allow } = this.#config && !this.mustEnd ? tokenMask(this.#config, this.#trie) : NOTHING;
    let count = ends.length;
    for (const ids of allow) count += ids.length;
    if (this.#saved.length < count) this.#saved = new Float32Array(2 * count);
    const saved = this.#saved;
    let at = 0;
    for (const ids of allow) for (let i = 0; i < ids.length; i++) saved[at++] = logits[ids[i]!]!;
    for (const id of ends) saved[at++] = logits[id]!;
    if (deny) {
      for (let i = 0; i < deny.length; i++) logits[deny[i]!] = Number.NEGATIVE_INFINITY;
      logits.fill(Number.NEGATIVE_INFINITY, this.#trie.vocabSize);
    } else {
      logits.fill(Number.NEGATIVE_INFINITY);
    }
    at = 0;
    for (const ids of allow) for (let i = 0; i < ids.length; i++) logits[ids[i]!] = saved[at++]!;
    for (const id of ends) logits[id] = saved[at++]!;
  }

  /** Tells which token came. Throws a TypeError for one that `mask` forbids. */
  accept(id: number): void {
    const config = this.#config;
    if (this.mayEnd && this.#endIds.includes(id)) {
      this.#config = null;
      return;
    }
    const bytes = this.#trie.bytesOf(id);
    let next: Config | null = bytes.length > 0 ? config : null;
    for (let i = 0; i < bytes.length && next; i++) next = this.#grammar.machine.step(next, bytes[i]!);
    if (!next) throw new TypeError(`token ${id} may not come here`);
    this.#config = next;
  }
}

const NOTHING = { deny: null, allow: [] as readonly Int32Array[] };
