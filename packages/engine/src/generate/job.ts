import type { MediaSpan } from '../media/media-span.ts';
import type { PrefixKey } from './prefix-cache.ts';

/** One answer in the making, as the scheduler sees it. Its methods are called between batches; what one throws fails the job. */
export type Job = {
  /** One token or more. */
  readonly promptIds: readonly number[];
  /** The pictures in it, in order. */
  readonly spans: readonly MediaSpan[];
  /** What the prompt is known by in the prefix cache; as long as the prompt. */
  readonly promptKey: PrefixKey;
  /** Lengths of the prompt, rising, at which its state is worth keeping. */
  readonly checkpoints: readonly number[];
  readonly signal: AbortSignal | undefined;
  /** Of jobs that wait, those with the lowest number begin first; of equals the one that came first. */
  readonly priority: number;
  /** Whether the state is worth keeping when the job has finished. */
  readonly keep: boolean;
  /** Most tokens that `next` will still give. Without it nothing is guessed for the job. */
  readonly tokensLeft?: number;
  /** Told once, when work on it begins: how much of the prompt was absorbed before. */
  started(cachedTokens: number): void;
  /**
   * Where present, told the logits after every token of the prompt, in order; all of the prompt is computed then.
   * They are good until it returns.
   */
  promptLogits?(logits: Float32Array): void;
  /** The next token, given the logits that it may change; null ends the job. */
  next(logits: Float32Array): number | null;
  /** Told after a step for which tokens were guessed: how many of them came true. */
  drafted?(guessed: number, accepted: number): void;
  /** Told last, once, unless it failed. */
  finished(): void;
  /** Told last, once: aborted, closed, or the model could not go on. */
  failed(reason: unknown): void;
};
