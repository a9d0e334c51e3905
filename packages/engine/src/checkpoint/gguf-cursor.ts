import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

const CHUNK = 1 << 20;
/** Strings decoded at a time. */
const BATCH = 1 << 14;

/** Reads a source from front to back through a window of about a MiB. Little endian. */
export class GgufCursor {
  readonly source: ByteSource;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** Offset in the source of the window's first byte. */
  #start = 0;
  /** Next byte, in the window. */
  #at = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  get offset(): number {
    return this.#start + this.#at;
  }

  get remaining(): number {
    return this.source.size - this.offset;
  }

  /** `count` bytes, good until the next call. */
  bytes(count: number): Uint8Array {
    this.#need(count);
    const at = this.#at;
    this.#at += count;
    return this.#bytes.subarray(at, at + count);
  }

  u8(): number {
    this.#need(1);
    return this.#bytes[this.#at++]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    this.#need(2);
    return this.#view.getUint16(this.#step(2), true);
  }

  i16(): number {
    this.#need(2);
    return this.#view.getInt16(this.#step(2), true);
  }

  u32(): number {
    this.#need(4);
    return this.#view.getUint32(this.#step(4), true);
  }

  i32(): number {
    this.#need(4);
    return this.#view.getInt32(this.#step(4), true);
  }

  f32(): number {
    this.#need(4);
    return this.#view.getFloat32(this.#step(4), true);
  }

  /** As a plain number: exact up to 2^53, more than any real count or offset. */
  u64(): number {
    this.#need(8);
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  i64(): number {
    this.#need(8);
    return Number(this.#view.getBigInt64(this.#step(8), true));
  }

  f64(): number {
    this.#need(8);
    return this.#view.getFloat64(this.#step(8), true);
  }

  /** A count of things that take at least `least` bytes each, refused where the file could not hold them. */
  count(what: string, least: number): number {
    const count = this.u64();
    if (count > this.remaining / least)
      throw this.bad(`${count} ${what} are announced, but only ${this.remaining} bytes follow`);
    return count;
  }

  string(): string {
    return decoder.decode(this.bytes(this.count('bytes of a string', 1)));
  }

  /**
   * `count` strings. A vocabulary has hundreds of thousands, so their bytes are gathered, decoded at once and cut by
   * their lengths in UTF-16 units; only invalid UTF-8 is decoded one by one.
   */
  strings(count: number): string[] {
    const out: string[] = [];
    const units = new Uint32Array(Math.min(count, BATCH));
    let joined = new Uint8Array(Math.min(CHUNK, this.remaining));
    while (out.length < count) {
      const ends: number[] = [];
      const batch = Math.min(count - out.length, BATCH);
      let size = 0;
      for (let i = 0; i < batch; i++) {
        const bytes = this.bytes(this.count('bytes of a string', 1));
        if (size + bytes.length > joined.length) {
          const grown = new Uint8Array(Math.max(joined.length * 2, size + bytes.length));
          grown.set(joined.subarray(0, size));
          joined = grown;
        }
        joined.set(bytes, size);
        size += bytes.length;
        ends.push(size);
        units[i] = utf16Units(bytes);
      }
      pushStrings(out, joined.subarray(0, size), ends, units);
    }
    return out;
  }

  bad(message: string): LanternError {
    return new LanternError('bad-checkpoint', `${this.source.name}: ${message}`);
  }

  #step(count: number): number {
    const at = this.#at;
    this.#at += count;
    return at;
  }

  /** Makes the next `count` bytes lie in the window. */
  #need(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const offset = this.offset;
    if (count > this.source.size - offset)
      throw this.bad(`the file ends at ${this.source.size} bytes, in the middle of its header`);
    const bytes = new Uint8Array(Math.min(Math.max(count, CHUNK), this.source.size - offset));
    this.source.read(offset, bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#start = offset;
    this.#at = 0;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Cuts joined UTF-8 at `ends`; piece i has `units[i]` UTF-16 units if all of it is valid. */
function pushStrings(out: string[], joined: Uint8Array, ends: number[], units: Uint32Array): void {
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
