import { dim } from './dim.ts';

type Sink = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** Streams an answer: thinking to standard error, the answer to standard output, each ended by a line break. */
export class AnswerPrinter {
  readonly #out: Sink;
  readonly #error: Sink;
  /** The stream that has an unfinished line. */
  #open: Sink | null = null;

  constructor(out: Sink = process.stdout, error: Sink = process.stderr) {
    this.#out = out;
    this.#error = error;
  }

  reasoning(text: string): void {
    if (text !== '') this.#write(this.#error, text, dim(text, this.#error));
  }

  content(text: string): void {
    if (text !== '') this.#write(this.#out, text, text);
  }

  end(): void {
    this.#open?.write('\n');
    this.#open = null;
  }

  #write(sink: Sink, text: string, shown: string): void {
    if (this.#open && this.#open !== sink) this.#open.write('\n');
    sink.write(shown);
    this.#open = text.endsWith('\n') ? null : sink;
  }
}
