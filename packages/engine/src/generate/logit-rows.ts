import { LanternError } from '../errors.ts';
import type { SequenceStates } from '../model/sequence-states.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

/** The parts of an engine that scoring needs. */
export type ScoringModel = {
  config: { vocabSize: number };
  states: Pick<SequenceStates, 'create' | 'drop' | 'runBatch'>;
  contextTokens: number;
  maxBatchTokens: number;
  maxOutputs: number;
};

/**
 * The logits after every token of a sequence that starts from nothing: rows [vocabSize], in order, each good until the
 * next is asked for. `signal` is looked at between batches. Throws a LanternError where the sequence does not fit into
 * the context.
 */
export async function* logitRows(
  model: ScoringModel,
  ids: ArrayLike<number>,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array, void> {
  const { contextTokens, states } = model;
  if (ids.length > contextTokens)
    throw new LanternError(
      'context-overflow',
      `the sequence is ${ids.length} tokens long; the context holds ${contextTokens}`,
      'split it, or load the model with a larger context (contextTokens, --context)',
    );
  const all = Array.from(ids);
  const batchTokens = Math.min(model.maxBatchTokens, model.maxOutputs);
  const width = model.config.vocabSize;
  const state = states.create();
  try {
    for (let from = 0; from < all.length; from += batchTokens) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const chunk = all.slice(from, from + batchTokens);
      const logits = states.runBatch([{ state, ids: chunk, outputs: 'all' }]);
      for (let row = 0; row < chunk.length; row++) yield logits.subarray(row * width, (row + 1) * width);
    }
  } finally {
    states.drop(state);
  }
}
