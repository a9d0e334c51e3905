/**
 * One ragged batch: some tokens of each of several sequences, prompt chunks and single tokens side by side. Tokens of a
 * sequence are neighbours and follow what its state has absorbed.
 */
export type Batch = {
  /** Token ids of all sequences, one after the other. */
  ids: Int32Array;
  /** [3 · tokens]: time, height and width position of each token, three rows. */
  positions: Int32Array;
  sequences: BatchSequence[];
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
};

/** Tokens in one page of the attention cache. */
export const PAGE_TOKENS = 64;
