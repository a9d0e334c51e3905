import { ggufTypeByName } from './gguf-types.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** A metadata value to write, with the type it gets in the file. */
export type GgufEntry =
  | { type: 'u32' | 'i32' | 'u64' | 'f32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'i32s' | 'f32s'; value: readonly number[] }
  | { type: 'bools'; value: readonly boolean[] }
  | { type: 'strings'; value: readonly string[] };

/** What tensors need to be listed: their source and offset are another file's matter. */
export type GgufTensorShape = Pick<StoredTensor, 'name' | 'format' | 'shape' | 'bytes'>;

/** Bytes to whose multiples tensors are aligned: the format's default. */
export const GGUF_ALIGNMENT = 32;
const TYPE_IDS = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10 } as const;

/**
 * The front of a GGUF file (version 3) up to its aligned data, and where in the data each tensor goes. Formats are
 * GGUF's names, shapes outermost first.
 */
export function ggufHeader(
  metadata: ReadonlyMap<string, GgufEntry>,
  tensors: readonly GgufTensorShape[],
): { bytes: Uint8Array; offsets: number[] } {
  const out = new Writer();
  out.u32(0x46554747);
  out.u32(3);
  out.u64(tensors.length);
  out.u64(metadata.size);
  for (const [key, entry] of metadata) {
    out.string(key);
    writeEntry(out, entry);
  }
  const offsets: number[] = [];
  let offset = 0;
  for (const { name, format, shape, bytes } of tensors) {
    out.string(name);
    out.u32(shape.length);
    for (const size of shape.toReversed()) out.u64(size);
    const type = ggufTypeByName(format);
    if (!type) throw new TypeError(`GGUF has no format ${format}`);
    out.u32(type.id);
    out.u64(offset);
    offsets.push(offset);
    offset += aligned(bytes);
  }
  out.pad(GGUF_ALIGNMENT);
  return { bytes: out.done(), offsets };
}

/** Rounded up to where the next tensor may start. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / GGUF_ALIGNMENT) * GGUF_ALIGNMENT;
}

function writeEntry(out: Writer, entry: GgufEntry): void {
  switch (entry.type) {
    case 'bool':
      out.u32(TYPE_IDS.bool);
      out.u8(entry.value ? 1 : 0);
      return;
    case 'string':
      out.u32(TYPE_IDS.string);
      out.string(entry.value);
      return;
    case 'i32s':
      out.array(TYPE_IDS.i32, entry.value, (n) => out.u32(n));
      return;
    case 'f32s':
      out.array(TYPE_IDS.f32, entry.value, (x) => out.f32(x));
      return;
    case 'bools':
      out.array(TYPE_IDS.bool, entry.value, (flag) => out.u8(flag ? 1 : 0));
      return;
    case 'strings':
      out.array(TYPE_IDS.string, entry.value, (text) => out.string(text));
      return;
    default:
      out.u32(TYPE_IDS[entry.type]);
      if (entry.type === 'f32') out.f32(entry.value);
      else if (entry.type === 'u64') out.u64(entry.value);
      else out.u32(entry.value);
  }
}

class Writer {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  u8(value: number): void {
    this.#need(1);
    this.#bytes[this.#at++] = value;
  }

  u32(value: number): void {
    this.#need(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  u64(value: number): void {
    this.#need(8);
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
  }

  f32(value: number): void {
    this.#need(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  string(text: string): void {
    const bytes = encoder.encode(text);
    this.u64(bytes.length);
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  array<T>(type: number, values: readonly T[], write: (value: T) => void): void {
    this.u32(TYPE_IDS.array);
    this.u32(type);
    this.u64(values.length);
    for (const value of values) write(value);
  }

  pad(alignment: number): void {
    while (this.#at % alignment !== 0) this.u8(0);
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #need(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const encoder = new TextEncoder();
