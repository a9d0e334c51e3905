import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { GgufStrings } from './gguf-strings.ts';

const CHUNK = 1 << 16;

/** Reads a source from front to back through a window of 64 KiB, or as much as is asked for at once. Little endian. */
export class GgufCursor {
  readonly source: ByteSource;
  readonly #reopen: () => ByteSource;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** Offset in the source of the window's first byte. */
  #start = 0;
  /** Next byte, in the window. */
  #at = 0;

  /** `reopen` opens the same source again. */
  constructor(source: ByteSource, reopen: () => ByteSource) {
    this.source = source;
    this.#reopen = reopen;
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
    const low = this.#view.getUint32(this.#step(4), true);
    return low + this.#view.getUint32(this.#step(4), true) * 2 ** 32;
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

  /** An array of `count` strings, every length checked against the file's end. */
  strings(count: number): GgufStrings {
    const offset = this.offset;
    for (let i = 0; i < count; i++) {
      const length = this.count('bytes of a string', 1);
      this.#at += length;
    }
    const bytes = this.offset - offset;
    return new GgufStrings(count, { open: this.#reopen, size: this.source.size, offset, bytes });
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
    const size = Math.min(Math.max(count, CHUNK), this.source.size - offset);
    const bytes = size <= this.#bytes.length ? this.#bytes.subarray(0, size) : new Uint8Array(size);
    this.source.read(offset, bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#start = offset;
    this.#at = 0;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
