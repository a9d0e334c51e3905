import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

export const HISTORY_SIZE = 1000;
/** Longer entries are pasted documents; they stay in the session. */
const MOST_CHARACTERS = 10_000;

/** Where the history belongs, by the XDG rules. */
export function historyPath(env: NodeJS.ProcessEnv = process.env): string {
  const state = env.XDG_STATE_HOME;
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local/state'), 'lantern/history');
}

/**
 * What was typed in earlier chats, one entry a line, oldest first, for its owner's eyes only. Where the file cannot be
 * read or written, there is no history and nobody is bothered.
 */
export class HistoryFile {
  readonly #path: string;
  #entries = 0;
  #last: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Oldest first. */
  load(): string[] {
    return attempt(() => {
      const lines = this.#read();
      chmodSync(this.#path, 0o600);
      if (lines.length > HISTORY_SIZE) this.#trim(lines);
      const kept = lines.slice(-HISTORY_SIZE).map(unescapeBreaks);
      this.#entries = kept.length;
      this.#last = kept.at(-1);
      return kept;
    }, []);
  }

  /** Adds an entry, unless it is the last one again. */
  append(entry: string): void {
    if (entry === this.#last || entry.length > MOST_CHARACTERS) return;
    this.#last = entry;
    attempt(() => {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      appendFileSync(this.#path, `${escapeBreaks(entry)}\n`, { mode: 0o600 });
      // Other chats may have written meanwhile; what they wrote stays.
      if (++this.#entries > HISTORY_SIZE) this.#trim(this.#read());
    }, undefined);
  }

  #read(): string[] {
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  #trim(lines: string[]): void {
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, `${lines.slice(-HISTORY_SIZE).join('\n')}\n`, { mode: 0o600 });
    renameSync(draft, this.#path);
  }
}

function escapeBreaks(entry: string): string {
  return entry.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function unescapeBreaks(line: string): string {
  return line.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function attempt<Result>(action: () => Result, otherwise: Result): Result {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
