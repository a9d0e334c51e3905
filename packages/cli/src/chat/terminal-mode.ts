/** Asks the terminal to mark what is pasted. */
const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';

/** Signals that end the program, with their numbers. */
const ENDINGS = [
  ['SIGHUP', 1],
  ['SIGTERM', 15],
] as const;

/** A terminal that hands over every key as it is typed. It is given back as it was, however the program ends. */
export class TerminalMode {
  readonly #in: NodeJS.ReadStream;
  readonly #out: NodeJS.WriteStream;
  #entered = false;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#in = input;
    this.#out = output;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#in.setRawMode(true);
    this.#in.resume();
    this.#out.write(PASTE_ON);
    process.on('exit', this.#leaveAtExit);
    for (const [name] of ENDINGS) process.on(name, this.#exit);
  }

  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#out.write(PASTE_OFF);
    this.#in.setRawMode(false);
    process.off('exit', this.#leaveAtExit);
    for (const [name] of ENDINGS) process.off(name, this.#exit);
  }

  /** Stops the program as Ctrl-Z does elsewhere; calls `onReturn` when it is in the foreground again. */
  suspend(onReturn: () => void): void {
    if (process.platform === 'win32') return;
    this.leave();
    process.once('SIGCONT', () => {
      this.enter();
      onReturn();
    });
    // Everything in the foreground, such as the npm that started this.
    process.kill(0, 'SIGTSTP');
  }

  readonly #leaveAtExit = (): void => {
    try {
      this.leave();
    } catch {
      // The terminal itself is gone.
    }
  };

  readonly #exit = (signal: NodeJS.Signals): void => {
    process.exit(128 + ENDINGS.find(([name]) => name === signal)![1]);
  };
}
