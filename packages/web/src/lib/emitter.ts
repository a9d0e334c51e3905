/** Tells listeners that something has changed; what it is now they read themselves. */
export class Emitter {
  readonly #listeners = new Set<() => void>();

  /** Gives what ends the listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  emit(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
