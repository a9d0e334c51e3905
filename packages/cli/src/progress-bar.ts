const WIDTH = 24;
/** Work that is over sooner shows no bar. */
const PATIENCE_MS = 250;
const FRAME_MS = 80;

/** A bar on standard error for work of known size; draws nothing where standard error is not a terminal. */
export class ProgressBar {
  readonly #label: string;
  readonly #stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
  readonly #began = performance.now();
  #drawn = 0;

  constructor(label: string, stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr) {
    this.#label = label;
    this.#stream = stream;
  }

  /** `done` of `total` bytes; `note` follows them. */
  update(done: number, total: number, note = ''): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#began < PATIENCE_MS || now - this.#drawn < FRAME_MS) return;
    this.#drawn = now;
    const share = total > 0 ? Math.min(done / total, 1) : 1;
    const filled = Math.round(share * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    this.#stream.write(
      `\r\x1b[K${this.#label} ${bar} ${Math.floor(share * 100)} % of ${(total / 1e6).toFixed(0)} MB${note}`,
    );
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#drawn > 0) this.#stream.write('\r\x1b[K');
    this.#drawn = 0;
  }
}
