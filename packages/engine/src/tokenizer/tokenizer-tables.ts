import type { PreTokenizer } from './pre-tokenizer.ts';

/** A token that is found in the text before it is split into words. */
export type AddedToken = {
  readonly id: number;
  readonly content: string;
  /** A control token: it steers the model and is left out of decoded text on request. */
  readonly special: boolean;
};

/** What every source of a tokenizer comes down to. */
export type TokenizerTables = {
  /** Vocabulary entries in the byte alphabet, by id; undefined where an id is an added token or unused. */
  readonly entries: readonly (string | undefined)[];
  /** Pairs of entries, best first. */
  readonly merges: readonly (readonly [string, string])[];
  /** Ordered by id; ids and contents are distinct. */
  readonly added: readonly AddedToken[];
  /** Whether a whole word that is an entry is taken as it is, without merging. */
  readonly ignoreMerges: boolean;
  readonly preTokenizer: PreTokenizer;
};
