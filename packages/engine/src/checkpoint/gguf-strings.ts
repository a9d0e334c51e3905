/** Strings decoded at a time. */
const BATCH = 1 << 14;

/** Where bytes lie in a source of so many bytes, which is opened to read them. */
export type Excerpt = { open: () => ByteSource; size: number; offset: number; bytes: number };

/**
 * An array of strings that lies in a GGUF file: for each its length (u64) and its UTF-8. A vocabulary has hundreds of
 * thousands that take some ten MB. Whoever only wants the weights needs none of them, so they are read when asked for.
 */
export class GgufStrings {
  readonly count: number;
  readonly #excerpt: Excerpt;

  /** The excerpt must hold exactly `count` strings with their lengths. */
  constructor(count: number, excerpt: Excerpt) {
    this.count = count;
    this.#excerpt = excerpt;
  }

  /**
   * All of them, read anew by every call. The bytes of many are joined, decoded at once and cut by their lengths in
   * UTF-16 units; only invalid UTF-8 is decoded one by one. Throws a LanternError where the file cannot be opened any more
   * or is another one.
   */
  decode(): string[] {
    const bytes = this.#read();
    const view = new DataView(bytes.buffer);
    const out: string[] = [];
    const ends = new Uint32Array(Math.min(this.count, BATCH));
    const units = new Uint32Array(ends.length);
    let joined = new Uint8Array(0);
    for (let at = 0; out.length < this.count; ) {
      const batch = Math.min(this.count - out.length, BATCH);
      const start = at;
      for (let i = 0; i < batch; i++) at += 8 + lengthAt(view, at);
      if (joined.length < at - start) joined = new Uint8Array(at - start);
      let size = 0;
      for (let i = 0, from = start; i < batch; i++) {
        const string = bytes.subarray(from + 8, from + 8 + lengthAt(view, from));
        joined.set(string, size);
        from += 8 + string.length;
        size += string.length;
        ends[i] = size;
        units[i] = utf16Units(string);
      }
      pushStrings(out, joined.subarray(0, size), ends.subarray(0, batch), units);
    }
    return out;
  }

  #read(): Uint8Array {
    const { open, size, offset, bytes } = this.#excerpt;
    const source = open();
    try {
      const read = new Uint8Array(bytes);
      if (source.size === size) source.read(offset, read);
      if (source.size !== size || !holds(read, this.count))
        throw new LanternError(
          'bad-checkpoint',
          `${source.name} has changed since it was opened; its vocabulary is not where it was`,
          'Load the model again.',
        );
      return read;
    } finally {
      source.close();
    }
  }
}

/** Whether the bytes are exactly so many strings with their lengths. */
function holds(bytes: Uint8Array, count: number): boolean {
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let i = 0; i < count && at + 8 <= bytes.length; i++) at += 8 + lengthAt(view, at);
  return at === bytes.length;
}

import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

function lengthAt(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** Cuts joined UTF-8 at `ends`; piece i has `units[i]` UTF-16 units if all of it is valid. */
function pushStrings(out: string[], joined: Uint8Array, ends: Uint32Array, units: Uint32Array): void {
  let text: string;
  try {
    text = strictDecoder.decode(joined);
  } catch {
    for (let i = 0; i < ends.length; i++) out.push(decoder.decode(joined.subarray(ends[i - 1] ?? 0, ends[i])));
    return;
  }
  let from = 0;
  for (let i = 0; i < ends.length; i++) {
    const to = from + units[i]!;
    out.push(text.slice(from, to));
    from = to;
  }
}

/** Length of valid UTF-8 as a string: one unit a sequence, two for those of four bytes. */
function utf16Units(bytes: Uint8Array): number {
  let units = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
