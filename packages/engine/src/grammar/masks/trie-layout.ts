import { groupsAmong, MALFORMED } from '../automaton/byte-groups.ts';

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
  /** Groups of the characters of the node's byte and of those below it. */
  readonly groups: Int32Array;
  /** Most characters that begin at the node or below it, at most 255. */
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
    const firsts = Int32Array.from(this.#firsts);
    const ids = Int32Array.from(this.#ids);
    return { size, bytes, depths, ends, firsts, ids, ...contents(bytes, depths, firsts) };
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

function contents(
  bytes: Uint8Array,
  depths: Uint16Array,
  firsts: Int32Array,
): { groups: Int32Array; chars: Uint8Array } {
  const size = bytes.length;
  const groups = new Int32Array(size);
  const chars = new Uint8Array(size);
  const parents = new Int32Array(size);
  // How the bytes to a node read as UTF-8, by depth, and the nodes themselves.
  const reading: Utf8Reading[] = [START];
  const path = [0];
  for (let node = 1; node < size; node++) {
    const depth = depths[node]!;
    const after = readUtf8(reading[depth - 1]!, bytes[node]!);
    // What a character is, only its end tells, or that of a token within it.
    const tells = after?.left === 0 || firsts[node] !== firsts[node + 1];
    groups[node] = after === null ? MALFORMED : tells ? groupsAmong(after.from, after.to) : 0;
    chars[node] = (bytes[node]! & 0xc0) === 0x80 ? 0 : 1;
    reading[depth] = after ?? START;
    path[depth] = node;
    parents[node] = path[depth - 1]!;
  }
  const below = new Uint8Array(size);
  for (let node = size - 1; node > 0; node--) {
    const parent = parents[node]!;
    chars[node] = Math.min(255, chars[node]! + below[node]!);
    groups[parent]! |= groups[node]!;
    below[parent] = Math.max(below[parent]!, chars[node]!);
  }
  chars[0] = below[0]!;
  return { groups, chars };
}

/** Bytes left of a character, and what it may be. */
type Utf8Reading = { readonly left: number; readonly from: number; readonly to: number };
const START: Utf8Reading = { left: 0, from: 0, to: 0 };

/** Null for a byte that may not come. A token may begin within a character; that is not seen as well-formed. */
function readUtf8({ left, from, to }: Utf8Reading, byte: number): Utf8Reading | null {
  if (left > 0) {
    // Each byte narrows the range to one of 64 parts.
    const step = 64 ** (left - 1);
    const low = Math.floor(from / (64 * step)) * 64 * step + (byte & 63) * step;
    const high = low + step - 1;
    if ((byte & 0xc0) !== 0x80 || high < from || low > to) return null;
    return { left: left - 1, from: Math.max(low, from), to: Math.min(high, to) };
  }
  if (byte < 0x80) return { left: 0, from: byte, to: byte };
  if (byte >= 0xc2 && byte <= 0xdf) return { left: 1, from: (byte & 31) << 6, to: ((byte & 31) << 6) | 63 };
  if (byte >= 0xe0 && byte <= 0xef) {
    const base = (byte & 15) << 12;
    return { left: 2, from: Math.max(base, 0x800), to: byte === 0xed ? 0xd7ff : base | 0xfff };
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    const base = (byte & 7) << 18;
    return { left: 3, from: Math.max(base, 0x10000), to: Math.min(base | 0x3ffff, 0x10ffff) };
  }
  return null;
}
