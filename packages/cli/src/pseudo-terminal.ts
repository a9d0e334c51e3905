import { type IPty, spawn } from '@lydell/node-pty';

/** Tests wait this long for a program to write something; machines are busy. */
const PATIENCE_MS = 30_000;

export type TerminalOptions = { env?: NodeJS.ProcessEnv; columns?: number };

/** A program at a terminal of its own, for tests. */
export class PseudoTerminal implements Disposable {
  /** Status of the program when it has ended. */
  readonly ended: Promise<number>;
  readonly #pty: IPty;
  #output = '';
  #seen = 0;
  #isRunning = true;
  #onOutput: () => void = () => undefined;

  constructor(program: string, args: string[], { env = {}, columns = 100 }: TerminalOptions = {}) {
    this.#pty = spawn(program, args, { cols: columns, rows: 30, env: { ...environment(), ...env } });
    this.#pty.onData((text) => {
      this.#output += text.replaceAll('\x1b', '␛');
      this.#onOutput();
    });
    this.ended = new Promise((resolve) =>
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#isRunning = false;
        this.#onOutput();
        resolve(signal ? 128 + signal : exitCode);
      }),
    );
  }

  /** Everything written so far; ␛ stands for the escape character. */
  get output(): string {
    return this.#output;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Sends a signal to the program and those that it has started. */
  signal(name: NodeJS.Signals): void {
    process.kill(-this.#pty.pid, name);
  }

  /** Waits until the program writes what matches, after what was waited for last; gives what it wrote until then. */
  async until(wanted: RegExp | string): Promise<string> {
    const pattern = typeof wanted === 'string' ? new RegExp(RegExp.escape(wanted)) : wanted;
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const fresh = this.#output.slice(this.#seen);
      const match = pattern.exec(fresh);
      if (match) {
        const end = match.index + match[0].length;
        this.#seen += end;
        return fresh.slice(0, end);
      }
      const left = deadline - Date.now();
      if (left <= 0 || !this.#isRunning)
        throw new Error(
          `${left <= 0 ? 'in vain waited' : 'ended while waiting'} for ${pattern} in ${JSON.stringify(fresh)}`,
        );
      await new Promise<void>((resume) => {
        const timer = setTimeout(resume, left);
        this.#onOutput = () => {
          clearTimeout(timer);
          resume();
        };
      });
    }
  }

  [Symbol.dispose](): void {
    if (this.#isRunning) this.#pty.kill('SIGKILL');
  }
}

/** What a terminal gives to its programs, whatever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, ...rest } = process.env;
  return { ...rest, TERM: 'xterm-256color' };
}
