/**
 * One ragged batch: some tokens of each of several sequences, prompt chunks and single tokens side by side. Tokens of a
 * sequence are neighbours and follow what its state has absorbed.
 */
export type Batch = {
  /** Token ids of all sequences, one after the other. */
  ids: Int32Array;
  /** [3 · tokens]: time, height and width position of each token, three rows. */
  positions: Int32Array;
  /** The same of the token before each, for the draft head. The first token of a sequence has none, and anything here. */
  positionsBefore: Int32Array;
  sequences: BatchSequence[];
  /** Rows of embeddings that stand in place of the table's; the ids there are −1. */
  seen: { row: number; embeddings: Float32Array }[];
  /** Indices into `ids`, rising: the rows whose logits are wanted. */
  outputs: Int32Array;
};

export type BatchSequence = {
  /** Recurrent slot of the sequence. */
  slot: number;
  /** Pages of its cache in order; they hold `start + count` tokens or more. */
  pages: Int32Array;
  /** Tokens absorbed before this batch. */
  start: number;
  /** Row of its first token in this batch, and how many follow. */
  row: number;
  count: number;
  /**
   * Where not all of its tokens are sure to stay: a slot for each, which keeps the state as it is after that token. The
   * first may be `slot` itself. Otherwise empty, and `slot` takes the state after the last token.
   */
  trail: Int32Array;
};

/**
 * Leads a sequence's state through its tokens: all of them at once in its slot, or along its trail, where the state is
 * carried from one slot to the next before each token is absorbed there.
 */
export function alongTrail(
  { slot, row, count, trail }: BatchSequence,
  carry: (from: number, to: number) => void,
  absorb: (slot: number, row: number, count: number) => void,
): void {
  if (trail.length === 0) absorb(slot, row, count);
  let from = slot;
  trail.forEach((to, i) => {
    if (to !== from) carry(from, to);
    absorb(to, row + i, 1);
    from = to;
  });
}

/**
 * The batch as the draft head's cache sees it: what a token adds there belongs to the hidden state of the token before,
 * and lies one place earlier. The first token of all, which has none before it, adds nothing.
 */
export function lagging(batch: Batch): Batch {
  const sequences = batch.sequences.flatMap((sequence): BatchSequence[] => {
    const { start, row, count } = sequence;
    if (start > 0) return [{ ...sequence, start: start - 1 }];
    return count > 1 ? [{ ...sequence, row: row + 1, count: count - 1 }] : [];
  });
  return { ...batch, sequences };
}

/** Tokens in one page of the attention cache. */
export const PAGE_TOKENS = 64;
