import type { Logger } from 'pino';

/** Names that are remembered, so that a client that makes them up cannot fill the memory. */
const MOST_NAMES = 1000;

/** Logs fields that requests have and nobody reads, each once. */
export class PassedOverFields {
  readonly #told = new Set<string>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  tell(paths: readonly string[]): void {
    for (const path of paths) {
      const name = path.replaceAll(/\[\d+\]/g, '[]');
      if (this.#told.has(name) || this.#told.size >= MOST_NAMES) continue;
      this.#told.add(name);
      this.#log.info({ field: name }, 'a request has a field that is not known; it is passed over');
    }
  }
}
