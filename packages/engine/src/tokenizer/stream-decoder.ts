/** Turns ids into text as they come, never half a character. */
export class StreamDecoder {
  readonly #bytesOf: (id: number) => Uint8Array;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  /** `bytesOf` gives the UTF-8 bytes of a token. */
  constructor(bytesOf: (id: number) => Uint8Array) {
    this.#bytesOf = bytesOf;
  }

  /** The text that became complete with this token; bytes of an unfinished character wait. */
  push(id: number): string {
    return this.#utf8.decode(this.#bytesOf(id), { stream: true });
  }

  /** What is left at the end: U+FFFD for a character that was never finished. */
  end(): string {
    return this.#utf8.decode();
  }
}
