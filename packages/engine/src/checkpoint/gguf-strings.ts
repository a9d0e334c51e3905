/** Strings decoded at a time. */
const BATCH = 1 << 14;

/**
 * An array of strings as it lies in a GGUF file: for each its length (u64) and its UTF-8. A vocabulary has hundreds of
 * thousands, and whoever only wants the weights needs none of them: they become strings when asked for.
 */
export class GgufStrings {
  readonly count: number;
  readonly #bytes: Uint8Array;

  /** `bytes` must hold exactly `count` strings with their lengths. */
  constructor(count: number, bytes: Uint8Array) {
    this.count = count;
    this.#bytes = bytes;
  }

  /**
   * All of them, decoded anew by every call. The bytes of many are joined, decoded at once and cut by their lengths in
   * UTF-16 units; only invalid UTF-8 is decoded one by one.
   */
  decode(): string[] {
    const bytes = this.#bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
}

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
