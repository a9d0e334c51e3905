/** Nodes of a trie after which tokens go on; what is left of those tokens is looked at. Interned, ordered. */
export type TokenEnds = { readonly nodes: Int32Array };

/** When so many lists or nodes are remembered, all are forgotten. */
const MOST_LISTS = 5_000;
const MOST_NODES = 4_000_000;

/** Gives equal lists of nodes the same object, so that what is known of one is known of the other. */
export class TokenEndsTable {
  readonly #known = new Map<number, TokenEnds[]>();
  #lists = 0;
  #nodes = 0;

  /** Null for none. */
  intern(nodes: number[]): TokenEnds | null {
    if (nodes.length === 0) return null;
    const ordered = isOrdered(nodes) ? nodes : [...new Set(nodes)].sort((a, b) => a - b);
    let hash = 0;
    for (const node of ordered) hash = Math.imul(hash ^ node, 0x9e3779b1) ^ (hash >>> 15);
    const same = this.#known.get(hash) ?? [];
    const found = same.find((ends) => isEqual(ends.nodes, ordered));
    if (found) return found;
    this.#lists++;
    this.#nodes += ordered.length;
    if (this.#lists > MOST_LISTS || this.#nodes > MOST_NODES) {
      this.#known.clear();
      this.#lists = 0;
      this.#nodes = 0;
    }
    const ends = { nodes: Int32Array.from(ordered) };
    this.#known.set(hash, [...same, ends]);
    return ends;
  }
}

function isOrdered(nodes: readonly number[]): boolean {
  for (let i = 1; i < nodes.length; i++) if (nodes[i]! <= nodes[i - 1]!) return false;
  return true;
}

function isEqual(a: Int32Array, b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
