import { asciiGroup, MALFORMED, MULTI_BYTE } from '../automaton/byte-groups.ts';

/**
 * A trie of byte strings in the order of a depth-first walk, one array per property of its nodes; node 0 is the root.
 * A node's subtree is the nodes up to `ends[node]`, its tokens those from `firsts[node]` to `firsts[ends[node]]`.
 */
export type TrieLayout = {
  readonly size: number;
  /** The byte that leads to the node. */
  readonly bytes: Uint8Array;
  readonly depths: Uint16Array;
  readonly ends: Int32Array;
  /** Of size + 1. */
  readonly firsts: Int32Array;
  /** Tokens, ordered by their bytes. */
  readonly ids: Int32Array;
  /** Groups of the bytes below the node. */
  readonly groups: Int32Array;
  /** Most characters that begin below the node, at most 255. */
  readonly chars: Uint8Array;
};

/** Nodes as they come in a walk; groups and lengths are found when all are there. */
export class TrieWriter {
  readonly #bytes: number[] = [0];
  readonly #depths: number[] = [0];
  readonly #firsts: number[] = [0];
  readonly #ids: number[] = [];

  /** A node below the last one of `depth − 1`. */
  node(byte: number, depth: number): void {
    this.#bytes.push(byte);
    this.#depths.push(depth);
    this.#firsts.push(this.#ids.length);
  }

  /** A token that ends at the last node. */
  token(id: number): void {
    this.#ids.push(id);
  }

  end(): TrieLayout {
    const size = this.#bytes.length;
    this.#firsts.push(this.#ids.length);
    const bytes = Uint8Array.from(this.#bytes);
    const depths = Uint16Array.from(this.#depths);
    const ends = subtreeEnds(depths);
    return {
      size,
      bytes,
      depths,
      ends,
      firsts: Int32Array.from(this.#firsts),
      ids: Int32Array.from(this.#ids),
      ...contents(bytes, depths),
    };
  }
}

function subtreeEnds(depths: Uint16Array): Int32Array {
  const ends = new Int32Array(depths.length);
  const open: number[] = [];
  for (let node = 0; node < depths.length; node++) {
    while (open.length > depths[node]!) ends[open.pop()!] = node;
    open.push(node);
  }
  for (const node of open) ends[node] = depths.length;
  return ends;
}

function contents(bytes: Uint8Array, depths: Uint16Array): { groups: Int32Array; chars: Uint8Array } {
  const size = bytes.length;
  const own = new Int32Array(size);
  // How the bytes to a node read as UTF-8, by depth.
  const reading: Utf8Reading[] = [{ left: 0, low: 0x80, high: 0xbf }];
  for (let node = 1; node < size; node++) {
    const depth = depths[node]!;
    const before = reading[depth - 1]!;
    const after = readUtf8(before, bytes[node]!);
    own[node] = after === null ? MALFORMED : bytes[node]! < 0x80 ? asciiGroup(bytes[node]!) : MULTI_BYTE;
    reading[depth] = after ?? START;
  }
  const groups = new Int32Array(size);
  const chars = new Uint8Array(size);
  const parents: number[] = [];
  const parentOf = new Int32Array(size);
  for (let node = 0; node < size; node++) {
    parents[depths[node]!] = node;
    parentOf[node] = node === 0 ? 0 : parents[depths[node]! - 1]!;
  }
  for (let node = size - 1; node > 0; node--) {
    const parent = parentOf[node]!;
    groups[parent]! |= groups[node]! | own[node]!;
    const begins = (bytes[node]! & 0xc0) === 0x80 ? 0 : 1;
    chars[parent] = Math.max(chars[parent]!, Math.min(255, chars[node]! + begins));
  }
  return { groups, chars };
}

/** Bytes left of a character, and the range of the next. */
type Utf8Reading = { readonly left: number; readonly low: number; readonly high: number };
const START: Utf8Reading = { left: 0, low: 0x80, high: 0xbf };

/** Null for a byte that may not come. A token may begin within a character; that is not seen as well-formed. */
function readUtf8({ left, low, high }: Utf8Reading, byte: number): Utf8Reading | null {
  if (left > 0) return byte >= low && byte <= high ? { left: left - 1, low: 0x80, high: 0xbf } : null;
  if (byte < 0x80) return START;
  if (byte >= 0xc2 && byte <= 0xdf) return { left: 1, low: 0x80, high: 0xbf };
  if (byte >= 0xe0 && byte <= 0xef)
    return { left: 2, low: byte === 0xe0 ? 0xa0 : 0x80, high: byte === 0xed ? 0x9f : 0xbf };
  if (byte >= 0xf0 && byte <= 0xf4)
    return { left: 3, low: byte === 0xf0 ? 0x90 : 0x80, high: byte === 0xf4 ? 0x8f : 0xbf };
  return null;
}
