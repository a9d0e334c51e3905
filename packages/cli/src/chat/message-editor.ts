import { clearScreenDown, createInterface, cursorTo, type Interface, type Key, moveCursor } from 'node:readline';
import { PassThrough } from 'node:stream';
import { dim } from '../dim.ts';
import { printable } from '../printable.ts';
import { HISTORY_SIZE } from './history-file.ts';

/** Stands for a line break while a message is edited, so that all of it is one line to readline. */
const BREAK = '↵';
const PROMPT = '> ';
const NEXT_LINE = '… ';

export type KeyPress = { text: string | undefined; key: Key };

export type EditorOptions = {
  /** Earlier messages, newest first, each with `toOneLine`. */
  history: string[];
  /** Words that Tab completes at the start of a message. */
  words: readonly string[];
  /** Takes the message, or null where the user wants to leave. The editor is closed by then. */
  onEnd: (message: string | null) => void;
};

/**
 * One message while it is typed at a prompt, edited by readline. It may have several lines: a paste keeps its line
 * breaks, Alt+Enter and a `\` before Enter make one.
 */
export class MessageEditor {
  readonly #out: NodeJS.WriteStream;
  readonly #lines: Interface;
  readonly #onEnd: EditorOptions['onEnd'];
  #history: string[];
  #pasted: string | null = null;
  /** Whether the last key was Ctrl-C at an empty prompt. */
  #warned = false;

  constructor(out: NodeJS.WriteStream, { history, words, onEnd }: EditorOptions) {
    this.#out = out;
    this.#onEnd = onEnd;
    this.#history = history;
    this.#lines = createInterface({
      // Keys are handed over one by one, so that there is a word in what they do.
      input: new PassThrough(),
      output: out,
      terminal: true,
      prompt: PROMPT,
      history,
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
      completer: (line: string) => [words.filter((word) => line !== '' && word.startsWith(line)), line],
    });
    this.#lines.on('history', (now: string[]) => {
      this.#history = now;
    });
    this.#lines.once('line', (line) => this.end(line.replaceAll(BREAK, '\n')));
    this.#lines.prompt();
  }

  /** With this message, once it is entered. */
  get history(): string[] {
    return this.#history;
  }

  press({ text, key }: KeyPress): void {
    const lines = this.#lines;
    if (this.#pasted !== null && key.name !== 'paste-end') {
      this.#pasted += key.sequence ?? text ?? '';
      return;
    }
    if (key.ctrl && key.name === 'c') {
      this.interrupt();
      return;
    }
    this.#warned = false;
    if (key.name === 'paste-start') {
      this.#pasted = '';
    } else if (key.name === 'paste-end') {
      lines.write(toOneLine(this.#pasted ?? ''));
      this.#pasted = null;
    } else if (key.ctrl && key.name === 'd' && lines.line === '') {
      this.#out.write('\n');
      this.end(null);
    } else if (key.name === 'return' && key.meta) {
      lines.write(BREAK);
    } else if (key.name === 'return' || key.name === 'enter') {
      this.#enter();
    } else {
      lines.write(text ?? '', key);
    }
  }

  /** Does what Ctrl-C does: clears the message; an empty one is left at the second time. */
  interrupt(): void {
    if (this.#lines.line !== '') {
      this.#lines.write(null, { name: 'end' });
      this.#lines.write(null, { ctrl: true, name: 'u' });
    } else if (this.#warned) {
      this.#out.write('\n');
      this.end(null);
    } else {
      this.#warned = true;
      this.#out.write(`\n${dim('press Ctrl-C again or Ctrl-D to leave', this.#out)}\n`);
      this.#lines.prompt();
    }
  }

  /** Draws the message again, at the cursor. */
  redraw(): void {
    this.#lines.prompt(true);
  }

  end(message: string | null): void {
    this.#lines.close();
    this.#onEnd(message);
  }

  #enter(): void {
    const lines = this.#lines;
    lines.write(null, { name: 'end' });
    const { line } = lines;
    if (line.endsWith('\\')) {
      lines.write(null, { name: 'backspace' });
      lines.write(BREAK);
      return;
    }
    const rows = lines.getCursorPos().rows + 1;
    lines.write(null, { name: 'return' });
    // What was edited as one line is shown as its lines, where all of it is still in the window.
    if (!line.includes(BREAK) || rows >= this.#out.rows) return;
    moveCursor(this.#out, 0, -rows);
    cursorTo(this.#out, 0);
    clearScreenDown(this.#out);
    this.#out.write(`${PROMPT}${line.replaceAll(BREAK, `\n${NEXT_LINE}`)}\n`);
  }
}

/** A message as it is edited and kept in the history. */
export function toOneLine(message: string): string {
  return printable(message.replace(/\r\n?|\u2028|\u2029/g, '\n')).replaceAll('\n', BREAK);
}
