/** Says which tokens may come next in one answer. It begins with the answer itself, after any thinking. */
export type TokenConstraint = {
  /** Sets the logits of tokens that may not come to −∞; end tokens stay only where the answer may end. */
  mask(logits: Float32Array): void;
  /** Tells which token came. */
  accept(id: number): void;
};
