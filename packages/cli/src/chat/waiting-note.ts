import { dim } from '../dim.ts';

const PATIENCE_MS = 1000;

/** Says on a terminal that a prompt is being read, where that takes long. */
export class WaitingNote {
  readonly #out: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout;
  #shown = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#timer = setTimeout(() => {
      this.#shown = true;
      out.write(dim('reading…', out));
    }, PATIENCE_MS);
  }

  /** Takes the note away, for good. */
  clear(): void {
    clearTimeout(this.#timer);
    if (this.#shown) this.#out.write('\r\x1b[K');
    this.#shown = false;
  }
}
