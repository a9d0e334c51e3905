import type { SequenceState } from '../model/sequence-states.ts';

type Fake = { length: number; sum: number };

/**
 * A model for tests: the next token is mostly (sum of all tokens so far) mod vocabSize, so that its answers depend on
 * everything it absorbed. `batches` records what it was asked.
 */
export function fakeModel({
  vocabSize = 32,
  contextTokens = 64,
  maxBatchTokens = 4,
  maxOutputs = 3,
  sharpness = 9,
} = {}) {
  const batches: { ids: number[]; outputs: string }[] = [];
  const live = new Set<SequenceState>();
  const states = {
    create(): SequenceState {
      const state: Fake = { length: 0, sum: 0 };
      live.add(state);
      return state;
    },
    drop: (state: SequenceState) => void live.delete(state),
    runBatch(
      chunks: { state: SequenceState; ids: ArrayLike<number>; outputs: 'none' | 'last' | 'all' }[],
    ): Float32Array {
      const rows: Float32Array[] = [];
      for (const { state, ids, outputs } of chunks) {
        const fake = state as Fake;
        batches.push({ ids: Array.from(ids), outputs });
        Array.from(ids).forEach((id, i) => {
          fake.sum += id;
          fake.length++;
          if (outputs === 'all' || (outputs === 'last' && i === ids.length - 1)) rows.push(fakeLogits(fake.sum));
        });
      }
      const logits = new Float32Array(rows.length * vocabSize);
      for (const [i, row] of rows.entries()) logits.set(row, i * vocabSize);
      return logits;
    },
  };
  const fakeLogits = (sum: number) =>
    Float32Array.from({ length: vocabSize }, (_, id) => (id === sum % vocabSize ? sharpness : Math.sin(id)));
  const tokenizer = {
    vocabSize,
    /** Ids below 8 are halves of characters, the others letters. */
    decoder() {
      let half = '';
      return {
        push(id: number) {
          if (id < 8 && !half) {
            half = `${id}`;
            return '';
          }
          const text = id < 8 ? `<${half}${id}>` : String.fromCharCode(89 + id);
          half = '';
          return text;
        },
        end: () => (half ? '\ufffd' : ''),
      };
    },
  };
  return {
    config: { vocabSize },
    states,
    tokenizer,
    contextTokens,
    maxBatchTokens,
    maxOutputs,
    batches,
    live,
    fakeLogits,
  };
}
