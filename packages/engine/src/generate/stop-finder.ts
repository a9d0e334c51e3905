/**
 * Finds the first of some texts in text that streams: the one that is complete first, of those the longest. What may be
 * the beginning of one is held back.
 */
export class StopFinder {
  readonly #stops: readonly string[];
  #held = '';
  #found: string | null = null;

  /** `stops`: none of them empty. */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** The text that stopped, once one was found. */
  get found(): string | null {
    return this.#found;
  }

  /** What surely stands before any of the texts. After one was found nothing comes any more. */
  push(text: string): string {
    if (this.#found !== null) return '';
    const all = this.#held + text;
    let first = { at: all.length, end: Number.POSITIVE_INFINITY };
    for (const stop of this.#stops) {
      const at = all.indexOf(stop);
      const end = at + stop.length;
      if (at < 0 || end > first.end || (end === first.end && at > first.at)) continue;
      first = { at, end };
      this.#found = stop;
    }
    const sure = this.#found === null ? all.length - this.#heldLength(all) : first.at;
    this.#held = this.#found === null ? all.slice(sure) : '';
    return all.slice(0, sure);
  }

  /** What was held back, now that nothing follows. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** Length of the longest tail that may be the beginning of a stop. */
  #heldLength(text: string): number {
    let held = 0;
    for (const stop of this.#stops)
      for (let length = Math.min(stop.length - 1, text.length); length > held; length--)
        if (stop.startsWith(text.slice(text.length - length))) held = length;
    return held;
  }
}
