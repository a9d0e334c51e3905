import type { Config, Machine } from '../automaton/machine.ts';
import type { Run } from '../automaton/state.ts';
import type { TokenTrie } from '../token-trie.ts';
import type { TokenEnds } from './token-ends.ts';

/** Passing over all logits costs about as much as writing this share of them one by one. */
const FILL_SHARE = 1 / 8;

/**
 * Which tokens a few states take, whatever the stack below them: those given, or all but those given. What the rest of a
 * token must be after the rule of the states has ended within it (`rest`), the stack decides.
 */
export type TokenPart = {
  readonly allow: Int32Array | null;
  readonly deny: Int32Array | null;
  readonly rest: TokenEnds | null;
};

/** The part of `config`, whose stacks are empty, for what is left of tokens after `from`. */
export function tokenPart(machine: Machine, config: Config, from: TokenEnds, trie: TokenTrie): TokenPart {
  config.parts ??= new WeakMap();
  let part = config.parts.get(from);
  if (!part) {
    part = walk(machine, config, from, trie);
    config.parts.set(from, part);
    machine.charge((part.allow ?? part.deny)!.byteLength);
  }
  return part;
}

function walk(machine: Machine, config: Config, from: TokenEnds, trie: TokenTrie): TokenPart {
  const { bytes, depths, ends, firsts, groups, chars } = trie.layout;
  const exits: number[] = [];
  // From and to, positions among the tokens of the trie.
  const runs: number[] = [];
  const path: Config[] = [];
  for (const root of from.nodes) {
    path[depths[root]!] = config;
    if (config.mayEnd) exits.push(root);
    const end = ends[root]!;
    for (let node = root + 1; node < end; ) {
      const depth = depths[node]!;
      const before = path[depth - 1]!;
      let next = ends[node]!;
      if (!isWhole(before.runs, groups[node]!, chars[node]!)) {
        const byte = bytes[node]!;
        let after = before.next[byte];
        if (after === undefined) after = machine.step(before, byte);
        if (after === null) {
          node = next;
          continue;
        }
        if (after.mayEnd && next > node + 1) exits.push(node);
        path[depth] = after;
        next = node + 1;
      }
      const first = firsts[node]!;
      const last = firsts[next]!;
      if (first !== last) {
        if (runs.at(-1) === first) runs[runs.length - 1] = last;
        else runs.push(first, last);
      }
      node = next;
    }
  }
  const tokens = from === trie.all ? tokensOf(runs, trie) : { allow: allowed(runs, trie), deny: null };
  return { ...tokens, rest: trie.endsTable.intern(exits) };
}

/** Whether a node and all that is below it may come. Of characters, 255 stands for more as well. */
function isWhole(runs: readonly Run[], groups: number, chars: number): boolean {
  for (const run of runs) {
    if ((groups & ~run.groups) !== 0) continue;
    if (chars <= run.chars && (chars < 255 || run.chars === Number.POSITIVE_INFINITY)) return true;
  }
  return false;
}

function tokensOf(runs: readonly number[], trie: TokenTrie): { allow: Int32Array | null; deny: Int32Array | null } {
  const { ids } = trie.layout;
  const count = countOf(runs);
  const denied = trie.vocabSize - count;
  // Allowed logits are read and written back around the filling of all.
  const isAllowCheaper = 2 * count + trie.vocabSize * FILL_SHARE < denied;
  if (isAllowCheaper && count < 256) return { allow: allowed(runs, trie), deny: null };
  // In the order of ids, in which the logits lie in memory.
  const bits = trie.clearBits();
  for (let i = 0; i < runs.length; i += 2)
    for (let at = runs[i]!; at < runs[i + 1]!; at++) bits[ids[at]! >> 5]! |= 1 << (ids[at]! & 31);
  if (isAllowCheaper) return { allow: listed(bits, count, 0), deny: null };
  const spare = 32 * bits.length - trie.vocabSize;
  if (spare > 0) bits[bits.length - 1]! |= -1 << (32 - spare);
  return { allow: null, deny: listed(bits, denied, -1) };
}

function allowed(runs: readonly number[], { layout: { ids } }: TokenTrie): Int32Array {
  const allow = new Int32Array(countOf(runs));
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    allow.set(ids.subarray(runs[i]!, runs[i + 1]!), at);
    at += runs[i + 1]! - runs[i]!;
  }
  return allow;
}

function countOf(runs: readonly number[]): number {
  let count = 0;
  for (let i = 0; i < runs.length; i += 2) count += runs[i + 1]! - runs[i]!;
  return count;
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
