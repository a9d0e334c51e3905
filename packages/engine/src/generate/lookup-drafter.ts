import type { Asker, Drafter } from './drafter.ts';

/** Guesses that a sequence goes on as it did where its last tokens stood before. Costs no model, only a search. */
export class LookupDrafter implements Drafter {
  readonly tokens: number;
  readonly #max: number;
  readonly #min: number;

  /** The last `max` tokens are looked up, then fewer, down to `min`. */
  constructor({ tokens, max, min }: { tokens: number; max: number; min: number }) {
    this.tokens = tokens;
    this.#max = max;
    this.#min = min;
  }

  draft(askers: readonly Asker[]): number[][] {
    return askers.map(({ ids, limit }) => {
      const from = this.#find(ids);
      if (from === null) return [];
      // What repeats with a short period goes on into the draft itself.
      const draft: number[] = [];
      while (draft.length < limit) {
        const at = from + draft.length;
        draft.push(at < ids.length ? ids[at]! : draft[at - ids.length]!);
      }
      return draft;
    });
  }

  /** The place after the latest of the longest matches. */
  #find(ids: readonly number[]): number | null {
    const last = ids.length - 1;
    let best: number | null = null;
    let longest = this.#min - 1;
    for (let end = last - 1; end >= 0 && longest < this.#max; end--) {
      let length = 0;
      while (length < this.#max && length <= end && ids[end - length] === ids[last - length]) length++;
      if (length <= longest) continue;
      longest = length;
      best = end + 1;
    }
    return best;
  }
}
