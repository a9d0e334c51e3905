import type { SourceEvent } from './chat-source.ts';
import { dim } from './dim.ts';
import { prettyCall } from './pretty-call.ts';
import { printable } from './printable.ts';

type Sink = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

export type PrinterOptions = {
  /** Takes the answer. Default: standard output. */
  out?: Sink;
  /** Takes the thinking. Default: standard error. */
  error?: Sink;
  /** Never dims. Default false. */
  plain?: boolean;
};

/** Streams an answer: thinking to one stream, text and calls of tools to another, each ended by a line break. */
export class AnswerPrinter {
  readonly #out: Sink;
  readonly #error: Sink;
  readonly #plain: boolean;
  #part: 'thinking' | 'answer' | null = null;
  /** The stream that has an unfinished line. */
  #open: Sink | null = null;

  constructor({ out = process.stdout, error = process.stderr, plain = false }: PrinterOptions = {}) {
    this.#out = out;
    this.#error = error;
    this.#plain = plain;
  }

  /** Prints what an event has to say to people. */
  show(event: SourceEvent): void {
    if (event.type === 'reasoning') {
      this.#write('thinking', this.#error, event.text);
    } else if (event.type === 'content') {
      this.#write('answer', this.#out, event.text);
    } else if (event.type === 'tool-call-end') {
      this.end();
      this.#write('answer', this.#out, `${prettyCall(event.call)}\n`);
    }
  }

  end(): void {
    this.#open?.write('\n');
    this.#open = null;
  }

  #write(part: 'thinking' | 'answer', sink: Sink, text: string): void {
    // What goes elsewhere than to a terminal is left as the model wrote it.
    const shown = sink.isTTY ? printable(text) : text;
    if (shown === '') return;
    if (this.#part !== part) {
      this.end();
      // Where both go to one stream, a space tells them apart without colours, too.
      if (this.#part === 'thinking' && sink === this.#error) sink.write('\n');
    }
    this.#part = part;
    sink.write(part === 'thinking' && !this.#plain ? dim(shown, sink) : shown);
    this.#open = shown.endsWith('\n') ? null : sink;
  }
}
