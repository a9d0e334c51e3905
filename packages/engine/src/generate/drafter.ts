import type { SequenceState } from '../model/sequence-states.ts';

/** A sequence that wants to know what might follow: `ids` are its tokens, of which `state` has absorbed all but the last. */
export type Asker = {
  state: SequenceState;
  ids: readonly number[];
  /** Most tokens to guess, 1 or more. There are as many slots in reserve. */
  limit: number;
};

/** Guesses tokens ahead of the model, which then tells in one batch how many are right. */
export type Drafter = {
  /** Most tokens that it guesses for a sequence at a time. */
  readonly tokens: number;
  /** For each sequence the tokens that it guesses; none where it has no idea. */
  draft(askers: readonly Asker[]): number[][];
};
