import type { Config, Machine, StackNode } from '../automaton/machine.ts';
import type { State } from '../automaton/state.ts';
import type { TokenTrie } from '../token-trie.ts';
import { type TokenPart, tokenPart } from './token-part.ts';

/** Which tokens may come: those of `allow`, and where `deny` is given all that are not in it. */
export type TokenMask = { readonly deny: Int32Array | null; readonly allow: readonly Int32Array[]; trie: TokenTrie };

/**
 * The mask of a configuration, put together of parts that states share whatever is below them: as in XGrammar (Dong et
 * al. 2024), most tokens do not depend on the stack; those in which a rule ends are looked at again, as what is left of
 * them, in the states below.
 */
export function tokenMask(config: Config, trie: TokenTrie): TokenMask {
  if (config.mask?.trie === trie) return config.mask;
  const parts: TokenPart[] = [];
  for (const group of grouped(config.states, config.stacks)) {
    const alone = group.machine.alone(group.states.map((state) => state.alike(trie.layout.chars[0]!)));
    const part = tokenPart(group.machine, alone, trie.all, trie);
    parts.push(part);
    collectBelow(group.stack, part, trie, parts);
  }
  let deny: Int32Array | null = null;
  const allow: Int32Array[] = [];
  for (const part of parts) {
    if (part.deny) deny = deny ? common(deny, part.deny) : part.deny;
    else if (part.allow && part.allow.length > 0) allow.push(part.allow);
  }
  config.mask = { deny, allow, trie };
  return config.mask;
}

function collectBelow(stack: StackNode, above: TokenPart, trie: TokenTrie, parts: TokenPart[]): void {
  const { rest } = above;
  if (!rest) return;
  for (const group of grouped(stack.states, stack.below)) {
    const config = group.machine.start(group.states.map((state) => state.alike(trie.layout.chars[0]!)));
    if (!config) continue;
    const part = tokenPart(group.machine, config, rest, trie);
    parts.push(part);
    collectBelow(group.stack, part, trie, parts);
  }
}

type Group = { readonly machine: Machine; readonly stack: StackNode; readonly states: State[] };

/** States with the same stack and machine together. */
function grouped(states: readonly State[], stacks: readonly StackNode[]): Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < states.length; i++) {
    const state = states[i]!;
    const stack = stacks[i]!;
    const same = groups.find((group) => group.stack === stack && group.machine === state.machine);
    if (same) same.states.push(state);
    else groups.push({ machine: state.machine, stack, states: [state] });
  }
  return groups;
}

/** What is in both ordered lists. */
function common(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const order = a[i]! - b[j]!;
    if (order === 0) both[count++] = a[i]!;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return both.subarray(0, count);
}
