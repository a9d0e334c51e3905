/** Tokens that one sequence absorbs in a batch; `logits`: whether those after its last token are computed. */
export type Part = { sequence: number; ids: readonly number[]; logits: boolean };

export type Setup = {
  path: string;
  threads: number;
  /** Tokens that each sequence may have. */
  contextTokens: number;
  sequences: number;
  /** Whether prompts are remembered for later ones that begin alike, where that takes memory of its own. */
  remember?: boolean;
};

/** What both engines can do, as thinly wrapped as they allow. Sequences are numbered from 0. */
export type BenchModel = {
  /** Most tokens of one batch. */
  readonly batchTokens: number;
  /** Lets a sequence forget what it absorbed. */
  clear(sequence: number): void;
  /** Absorbs tokens; done when the logits lie in memory. Nothing is sampled. */
  run(parts: readonly Part[]): Promise<void>;
  /** Has a prompt read as a server would, up to its first logits. Says how many tokens it remembered of earlier ones. */
  turn(ids: readonly number[]): Promise<{ cached: number }>;
  /** Logits after every token of a sequence, full rows in order; each is good until the next is asked for. */
  logitRows(ids: readonly number[]): AsyncGenerator<Float32Array, void>;
  /** Bytes that memory delivers for one decoding step, as this engine keeps weights and state. */
  decodeBytes(sequences: number, contextTokens: number): Promise<number>;
  /** Multiplications and additions of matrices and weights for one token of a prompt. */
  promptOperations(): Promise<number>;
  close(): Promise<void>;
};
