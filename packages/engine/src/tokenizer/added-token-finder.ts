import type { AddedToken } from './tokenizer-tables.ts';

/** A stretch of text, in code units. */
export type TextRange = { readonly start: number; readonly end: number };

/** Finds added tokens in text: the leftmost, and of those that begin there the longest. */
export class AddedTokenFinder {
  /** By first code unit, the longest first. */
  readonly #byFirst = new Map<number, AddedToken[]>();

  constructor(tokens: readonly AddedToken[]) {
    for (const token of tokens) {
      const first = token.content.charCodeAt(0);
      const others = this.#byFirst.get(first);
      if (others) others.push(token);
      else this.#byFirst.set(first, [token]);
    }
    for (const group of this.#byFirst.values()) group.sort((a, b) => b.content.length - a.content.length);
  }

  /**
   * Calls `onText(start, end)` for the stretches between added tokens and `onToken` for the tokens, in order.
   * A control token that touches one of `plain` (ordered, disjoint) is not a token but text.
   */
  scan(
    text: string,
    plain: readonly TextRange[],
    onText: (start: number, end: number) => void,
    onToken: (token: AddedToken) => void,
  ): void {
    let done = 0;
    let nextPlain = 0;
    for (let at = 0; at < text.length; at++) {
      const group = this.#byFirst.get(text.charCodeAt(at));
      if (!group) continue;
      while (nextPlain < plain.length && plain[nextPlain]!.end <= at) nextPlain++;
      const plainFrom = plain[nextPlain]?.start ?? Number.POSITIVE_INFINITY;
      const found = group.find(
        (token) => text.startsWith(token.content, at) && !(token.special && plainFrom < at + token.content.length),
      );
      if (!found) continue;
      if (at > done) onText(done, at);
      onToken(found);
      done = at + found.content.length;
      at = done - 1;
    }
    if (done < text.length) onText(done, text.length);
  }
}
