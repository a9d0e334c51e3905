import type { Config, Machine } from '../automaton/machine.ts';
import type { TokenTrie } from '../token-trie.ts';
import { suffixLayout } from './suffix-layout.ts';
import type { TrieLayout } from './trie-layout.ts';

/** Passing over all logits costs about as much as writing this share of them one by one. */
const FILL_SHARE = 1 / 8;

/**
 * Which tokens of a trie a few states take, whatever the stack below them: those given, or all but those given. What
 * the rest of a token must be after the rule of the states has ended within it, the stack decides.
 */
export class TokenPart {
  readonly allow: Int32Array | null;
  readonly deny: Int32Array | null;
  readonly #layout: TrieLayout;
  readonly #exits: readonly number[];
  #rest: TrieLayout | null | undefined;

  constructor(
    layout: TrieLayout,
    exits: readonly number[],
    tokens: { allow: Int32Array } | { allow: null; deny: Int32Array },
  ) {
    this.#layout = layout;
    this.#exits = exits;
    this.allow = tokens.allow;
    this.deny = tokens.allow ? null : tokens.deny;
  }

  /** What is left of tokens in which the rule ended. */
  get rest(): TrieLayout | null {
    this.#rest ??= suffixLayout(this.#layout, this.#exits);
    return this.#rest;
  }

  get byteLength(): number {
    return (this.allow ?? this.deny)?.byteLength ?? 0;
  }
}

/** The part of `config`, whose stacks are empty; `layout` is the whole trie or what is left of some tokens. */
export function tokenPart(machine: Machine, config: Config, layout: TrieLayout, trie: TokenTrie): TokenPart {
  config.parts ??= new WeakMap();
  let part = config.parts.get(layout);
  if (!part) {
    part = walk(machine, config, layout, trie);
    config.parts.set(layout, part);
    machine.charge(part.byteLength);
  }
  return part;
}

function walk(machine: Machine, config: Config, layout: TrieLayout, trie: TokenTrie): TokenPart {
  const { size, bytes, depths, ends, firsts, groups, chars } = layout;
  const exits: number[] = config.mayEnd ? [0] : [];
  // From and to, positions among the tokens of the layout.
  const runs: number[] = [];
  const path: Config[] = [config];
  for (let node = 1; node < size; ) {
    const depth = depths[node]!;
    const before = path[depth - 1]!;
    const byte = bytes[node]!;
    let after = before.next[byte];
    if (after === undefined) after = machine.step(before, byte);
    if (after === null) {
      node = ends[node]!;
      continue;
    }
    if (after.mayEnd) exits.push(node);
    // A state that only goes round with all that is below the node takes it whole.
    const goesRound = (groups[node]! & ~after.loop) === 0 && isWithin(chars[node]!, after.loopChars);
    const next = goesRound ? ends[node]! : node + 1;
    const from = firsts[node]!;
    const to = firsts[next]!;
    if (from !== to) {
      if (runs.at(-1) === from) runs[runs.length - 1] = to;
      else runs.push(from, to);
    }
    path[depth] = after;
    node = next;
  }
  return new TokenPart(layout, exits, tokensOf(runs, layout, trie));
}

/** 255 stands for more as well. */
function isWithin(chars: number, most: number): boolean {
  return chars < 255 ? chars <= most : most === Number.POSITIVE_INFINITY;
}

function tokensOf(
  runs: readonly number[],
  { ids }: TrieLayout,
  trie: TokenTrie,
): { allow: Int32Array } | { allow: null; deny: Int32Array } {
  let count = 0;
  for (let i = 0; i < runs.length; i += 2) count += runs[i + 1]! - runs[i]!;
  const denied = trie.vocabSize - count;
  // Allowed logits are read and written back around the filling of all.
  const isAllowCheaper = 2 * count + trie.vocabSize * FILL_SHARE < denied;
  if (ids !== trie.layout.ids || (isAllowCheaper && count < 256)) {
    const allow = new Int32Array(count);
    let at = 0;
    for (let i = 0; i < runs.length; i += 2) {
      allow.set(ids.subarray(runs[i]!, runs[i + 1]!), at);
      at += runs[i + 1]! - runs[i]!;
    }
    return { allow };
  }
  // In the order of ids, in which the logits lie in memory.
  const bits = trie.clearBits();
  for (let i = 0; i < runs.length; i += 2)
    for (let at = runs[i]!; at < runs[i + 1]!; at++) bits[ids[at]! >> 5]! |= 1 << (ids[at]! & 31);
  if (isAllowCheaper) return { allow: listed(bits, count, 0) };
  const spare = 32 * bits.length - trie.vocabSize;
  if (spare > 0) bits[bits.length - 1]! |= -1 << (32 - spare);
  return { allow: null, deny: listed(bits, denied, -1) };
}

/** The places of set bits, or with `flip` −1 of clear ones. */
function listed(bits: Uint32Array, count: number, flip: number): Int32Array {
  const ids = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i]! ^ flip;
    while (word !== 0) {
      const bit = 31 - Math.clz32(word & -word);
      ids[at++] = 32 * i + bit;
      word &= word - 1;
    }
  }
  return ids;
}
