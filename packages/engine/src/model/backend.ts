import type { ModelWeights } from '../checkpoint/weights.ts';
import type { Media, MediaSlice } from '../media/media.ts';
import type { Batch } from './batch.ts';
import type { ModelConfig } from './config.ts';
import type { StepCost } from './step-cost.ts';

/** Computes plans. Everything that knows what the model is stays outside. */
export type Backend = {
  readonly name: 'reference' | 'wasm';
  load(config: ModelConfig, weights: ModelWeights, options: LoadOptions): Promise<Runner>;
};

export type LoadOptions = {
  /** Tokens that all sequences together may keep in their caches. */
  contextTokens: number;
  /** Sequences that may exist at a time, resting ones included. */
  maxSequences: number;
  /** Tokens in one batch. */
  maxBatchTokens: number;
  /** Rows of one batch whose logits may be wanted. */
  maxOutputs: number;
  /** Where the weights have a vision tower. */
  vision?: VisionLoadOptions;
  /** Called now and then with bytes of weights read so far and in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
};

/**
 * A model in memory, ready to compute. Slots and pages are handed out by `SequenceStates`; a runner only moves what
 * lies in them.
 */
export type Runner = {
  readonly name: Backend['name'];
  /** Whether there is a draft head. */
  readonly drafts: boolean;
  /** Absorbs the batch and returns logits [outputs, vocabSize], good until the next call. */
  forward(batch: Batch): Float32Array;
  /**
   * Lets the draft head guess from one token of each sequence, with `start` as in `lagging` and the hidden state that
   * `slot` remembers; the head's own goes to the trail. Returns logits like `forward`. There must be a draft head.
   */
  draft(batch: Batch): Float32Array;
  /** Null where the weights have no vision tower. */
  readonly vision: VisionRunner | null;
  /** Layout of the state of one sequence. */
  readonly slotBytes: number;
  readonly pageBytes: number;
  readonly pageCount: number;
  readonly slotCount: number;
  clearSlot(slot: number): void;
  copySlot(from: number, to: number): void;
  copyPage(from: number, to: number): void;
  readSlot(slot: number, into: Uint8Array): void;
  writeSlot(slot: number, from: Uint8Array): void;
  readPage(page: number, into: Uint8Array): void;
  writePage(page: number, from: Uint8Array): void;
  /** Adds up what steps cost until `stop`; backends that cannot have none. */
  profile?(): { stop(): StepCost[] };
  /** Bytes held: weights, caches and scratch. */
  readonly memoryBytes: number;
  close(): Promise<void>;
};

export type VisionLoadOptions = {
  /** Patches of the largest slice that is to be seen. */
  maxPatches: number;
  /** Of red, green and blue in 0..1: what is taken off, and what that is divided by. */
  mean: readonly number[];
  std: readonly number[];
};

/** What most checkpoints want: a picture of 16,384 tokens, and values from −1 to 1. */
export const VISION_DEFAULTS: VisionLoadOptions = { maxPatches: 65_536, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** The vision tower in memory. It sees one slice at a time. */
export type VisionRunner = {
  /** Patches of the largest slice that it can see. */
  readonly maxPatches: number;
  /**
   * Computes a slice in pieces of some ten milliseconds, one with each `next`, and returns one row for each token,
   * [rows · columns / mergeSize², outHiddenSize], raster over the cells of the merger; the caller owns it. What was begun
   * before and not ended is given up.
   */
  see(shape: Pick<Media, 'rows' | 'columns'>, slice: MediaSlice): Iterator<void, Float32Array, void>;
};
