import { LanternError } from '../errors.ts';
import { seenCells } from '../media/media-span.ts';
import type { SequenceStates } from '../model/sequence-states.ts';
import { seeAll } from './see-all.ts';
import type { Sight } from './sight.ts';
import type { Prompt } from './start-answers.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

/** The parts of an engine that scoring needs. */
export type ScoringModel = {
  config: { vocabSize: number };
  states: Pick<SequenceStates, 'create' | 'drop' | 'runBatch'>;
  sight: Pick<Sight, 'check' | 'recall' | 'look'>;
  contextTokens: number;
  maxBatchTokens: number;
  maxOutputs: number;
};

/**
 * The logits after every token of a prompt that starts from nothing: rows [vocabSize], in order, each good until the
 * next is asked for. `signal` is looked at between batches. Throws a LanternError where the sequence does not fit into
 * the context.
 */
export async function* logitRows(
  model: ScoringModel,
  { ids, spans }: Pick<Prompt, 'ids' | 'spans'>,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array, void> {
  const { contextTokens, states } = model;
  if (ids.length > contextTokens)
    throw new LanternError(
      'context-overflow',
      `the sequence is ${ids.length} tokens long; the context holds ${contextTokens}`,
      'split it, or load the model with a larger context (contextTokens, --context)',
    );
  const seen = await seeAll(model.sight, spans, signal);
  const batchTokens = Math.min(model.maxBatchTokens, model.maxOutputs);
  const width = model.config.vocabSize;
  const state = states.create();
  try {
    for (let from = 0; from < ids.length; from += batchTokens) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const chunk = ids.slice(from, from + batchTokens);
      const cells = seenCells(spans, from, from + chunk.length, seen);
      const logits = states.runBatch([{ state, ids: chunk, seen: cells, outputs: 'all' }]);
      for (let row = 0; row < chunk.length; row++) yield logits.subarray(row * width, (row + 1) * width);
    }
  } finally {
    states.drop(state);
  }
}
