import { type SeenCells, seenCells } from '../media/media-span.ts';
import type { SequenceStates } from '../model/sequence-states.ts';
import { argmax } from './argmax.ts';
import { logSumExp, topLogprobs } from './log-softmax.ts';
import { seeAll } from './see-all.ts';
import type { Sight } from './sight.ts';
import type { Prompt } from './start-answers.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

type Top = [id: number, logprob: number][];

/** What the draft head of a model thinks of a sequence. Log-probabilities are natural, over all rows of the embedding. */
export type DraftScores = {
  /** For each token but the last: after it and the next one, the likeliest tokens to follow both, best first. */
  top: Top[];
  /** What is drafted at the end: the model's own likeliest token, then guesses that follow it, and what was likeliest at each. */
  draft: { first: number; ids: number[]; top: Top[] };
};

export type DraftScoreOptions = {
  /** How many of the likeliest tokens are told at each place. Default 10. */
  top?: number;
  /** How many tokens are drafted at the end. Default 3. */
  drafts?: number;
  signal?: AbortSignal;
};

/**
 * Scores the draft head token by token, on one token or more. It has to be there. Throws the reason of the signal, and a
 * LanternError where the sequence does not fit.
 */
export async function scoreDrafts(
  states: SequenceStates,
  sight: Pick<Sight, 'check' | 'recall' | 'look'>,
  { ids, spans }: Pick<Prompt, 'ids' | 'spans'>,
  { top = 10, drafts = 3, signal }: DraftScoreOptions = {},
): Promise<DraftScores> {
  const topOf = (logits: Float32Array): Top => topLogprobs(logits, top, logSumExp(logits));
  const scores: DraftScores = { top: [], draft: { first: -1, ids: [], top: [] } };
  const seen = await seeAll(sight, spans, signal);
  const seenAt = (t: number) => seenCells(spans, t, t + 1, seen);
  const state = states.create();
  const guess = (id: number, ahead: number, [cells]: SeenCells[] = []) => {
    if (ahead === 0 && states.reserve(state, 1) === 0) throw new TypeError('there is no slot for a guess');
    return states.draft([{ state, id, ahead, ...(cells && { seen: cells }) }]);
  };
  try {
    for (const [t, id] of ids.entries()) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const logits = states.runBatch([{ state, ids: [id], seen: seenAt(t), outputs: 'last' }]);
      const next = ids[t + 1];
      if (next === undefined) scores.draft.first = argmax(logits);
      else scores.top.push(topOf(guess(next, 0, seenAt(t + 1))));
      states.settle(state);
    }
    let id = scores.draft.first;
    for (let ahead = 0; ahead < drafts; ahead++) {
      const logits = guess(id, ahead);
      id = argmax(logits);
      scores.draft.ids.push(id);
      scores.draft.top.push(topOf(logits));
    }
    return scores;
  } finally {
    states.drop(state);
  }
}
