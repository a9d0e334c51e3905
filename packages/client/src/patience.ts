/** What a timer can hold; beyond, it would fire at once. */
const MOST_MS = 2 ** 31 - 1;

/** Aborts when nothing has been heard for so long, and when the caller's own signal does. */
export class Patience {
  readonly signal: AbortSignal;
  readonly #over = new AbortController();
  #limitMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLast = false;

  constructor(limitMs: number, signal: AbortSignal | undefined) {
    this.#limitMs = limitMs;
    this.signal = signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal;
    this.#start();
  }

  /** Whether it was silence that aborted. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Something came: waiting begins anew. */
  heard(): void {
    if (!this.#isLast) this.#start();
  }

  /** Nothing more is wanted; the other side has so long to end by itself, whatever it still says. */
  endWithin(milliseconds: number): void {
    this.#limitMs = milliseconds;
    this.#start();
    this.#isLast = true;
  }

  end(): void {
    this.#isLast = true;
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    if (this.#limitMs <= MOST_MS) this.#timer = setTimeout(() => this.#over.abort(), this.#limitMs);
  }
}
