import type { SequenceStates } from '../model/sequence-states.ts';
import { argmax } from './argmax.ts';
import type { Asker, Drafter } from './drafter.ts';

/** Guesses by the model's draft head: each time the likeliest token, all sequences together. */
export class MtpDrafter implements Drafter {
  readonly tokens: number;
  readonly #states: Pick<SequenceStates, 'draft'>;

  constructor(states: Pick<SequenceStates, 'draft'>, tokens: number) {
    this.#states = states;
    this.tokens = tokens;
  }

  draft(askers: readonly Asker[]): number[][] {
    const drafts = askers.map((): number[] => []);
    for (let ahead = 0; ; ahead++) {
      const guessing = askers.flatMap((asker, i) => (asker.limit > ahead ? [{ asker, draft: drafts[i]! }] : []));
      if (guessing.length === 0) return drafts;
      const logits = this.#states.draft(
        guessing.map(({ asker: { state, ids }, draft }) => ({ state, id: draft.at(-1) ?? ids.at(-1)!, ahead })),
      );
      const width = logits.length / guessing.length;
      for (const [row, { draft }] of guessing.entries())
        draft.push(argmax(logits.subarray(row * width, (row + 1) * width)));
    }
  }
}
