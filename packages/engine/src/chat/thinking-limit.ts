/**
 * Closes a thought that has grown too long, by tokens that the answer is made to have instead of drawn ones. This is how
 * the vendor's own services end a thought; the model then goes on to its answer.
 */
export class ThinkingLimit {
  readonly #budget: number;
  readonly #closing: readonly number[];
  #thought = 0;
  #closed = 0;

  /** `closing`: the tokens of "\n</think>\n\n". */
  constructor(budget: number, closing: readonly number[]) {
    this.#budget = budget;
    this.#closing = closing;
  }

  /** The next token, if it is not to be drawn. `inReasoning`: whether the thought is still open. */
  force(inReasoning: boolean): number | null {
    if (this.#closed > 0) return this.#closing[this.#closed++] ?? null;
    if (!inReasoning || this.#thought < this.#budget) return null;
    return this.#closing[this.#closed++] ?? null;
  }

  /** Tells that the thought grew by a token. */
  count(): void {
    this.#thought++;
  }
}
