import { type TrieLayout, TrieWriter } from './trie-layout.ts';

/** What follows the given nodes, as one trie: the rest of each token after its node. Null where no token goes on. */
export function suffixLayout(source: TrieLayout, nodes: readonly number[]): TrieLayout | null {
  if (nodes.every((node) => source.ends[node] === node + 1)) return null;
  const writer = new TrieWriter();
  writeChildren(source, nodes, 1, writer);
  return writer.end();
}

function writeChildren(source: TrieLayout, nodes: readonly number[], depth: number, writer: TrieWriter): void {
  const { bytes, ends, firsts, ids } = source;
  const children: (number[] | undefined)[] = [];
  for (const node of nodes) {
    for (let child = node + 1; child < ends[node]!; child = ends[child]!) {
      const byte = bytes[child]!;
      const same = children[byte];
      if (same) same.push(child);
      else children[byte] = [child];
    }
  }
  for (let byte = 0; byte < children.length; byte++) {
    const same = children[byte];
    if (!same) continue;
    writer.node(byte, depth);
    for (const node of same) for (let i = firsts[node]!; i < firsts[node + 1]!; i++) writer.token(ids[i]!);
    writeChildren(source, same, depth + 1, writer);
  }
}
