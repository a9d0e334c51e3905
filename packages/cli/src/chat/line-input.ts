import { emitKeypressEvents, type Key } from 'node:readline';
import { Interrupted } from '../interruption.ts';
import { type KeyPress, MessageEditor, toOneLine } from './message-editor.ts';
import { TerminalMode } from './terminal-mode.ts';

export type LineInputOptions = {
  /** Earlier messages, oldest first. */
  history: readonly string[];
  /** Words that Tab completes at the start of a message. */
  words: readonly string[];
};

/**
 * Reads messages at a terminal. Keys that are typed while an answer streams wait for the next message, but for Ctrl-C,
 * which stops the answer.
 */
export class LineInput implements Disposable {
  readonly #in: NodeJS.ReadStream;
  readonly #out: NodeJS.WriteStream;
  readonly #mode: TerminalMode;
  readonly #words: readonly string[];
  /** Newest first, as readline has it. */
  #history: string[];
  #editor: MessageEditor | null = null;
  #waiting: KeyPress[] = [];
  #answer: AbortController | null = null;
  #ended = false;

  constructor({ history, words }: LineInputOptions, input = process.stdin, output = process.stdout) {
    this.#in = input;
    this.#out = output;
    this.#words = words;
    this.#history = history.map(toOneLine).reverse();
    this.#mode = new TerminalMode(input, output);
    emitKeypressEvents(input);
    input.on('keypress', this.#onKey).on('end', this.#onEnd).on('error', this.#onEnd);
    this.#mode.enter();
  }

  /** The next message; null where the user wants to leave. */
  read(): Promise<string | null> {
    if (this.#ended) return Promise.resolve(null);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const editor = new MessageEditor(this.#out, {
      history: this.#history,
      words: this.#words,
      onEnd: (message) => {
        this.#history = editor.history;
        this.#editor = null;
        resolve(message);
      },
    });
    this.#editor = editor;
    while (this.#editor && this.#waiting.length > 0) editor.press(this.#waiting.shift()!);
    return promise;
  }

  /** Does something that Ctrl-C stops, by the signal. */
  async interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    this.#answer = new AbortController();
    try {
      return await work(this.#answer.signal);
    } finally {
      this.#answer = null;
    }
  }

  /** Does what Ctrl-C does. */
  interrupt(): void {
    if (this.#answer) {
      this.#waiting = [];
      this.#answer.abort(new Interrupted());
    } else {
      this.#editor?.interrupt();
    }
  }

  /** Gives the terminal back as it was. */
  [Symbol.dispose](): void {
    this.#in.off('keypress', this.#onKey).off('end', this.#onEnd).off('error', this.#onEnd);
    this.#editor?.end(null);
    this.#mode.leave();
    this.#in.pause();
  }

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#editor?.end(null);
  };

  readonly #onKey = (text: string | undefined, key: Key): void => {
    if (key.ctrl && key.name === 'z') this.#mode.suspend(() => this.#editor?.redraw());
    else if (this.#editor) this.#editor.press({ text, key });
    else if (key.ctrl && key.name === 'c') this.interrupt();
    else this.#waiting.push({ text, key });
  };
}
