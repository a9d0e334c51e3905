/** A request from its first line to the last byte of its reply. */
export class RunningRequest {
  readonly id: string;
  readonly began: number = performance.now();
  /** What handlers want said of it in the log. */
  readonly note: { [name: string]: unknown } = {};
  /** Resolves when the last byte of the reply is on its way. */
  readonly done: Promise<void>;
  readonly #leaves = new AbortController();
  readonly #end: () => void;

  constructor(id: string) {
    this.id = id;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#end = resolve;
  }

  /** Aborts when the client goes away, or the server ends. */
  get signal(): AbortSignal {
    return this.#leaves.signal;
  }

  /** Nobody waits for the reply any more. */
  leave(): void {
    this.#leaves.abort();
  }

  end(): void {
    this.#end();
  }
}
