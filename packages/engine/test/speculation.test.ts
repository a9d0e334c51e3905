import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Encoding } from '../src/checkpoint/weights.ts';
import type { Backend, LoadOptions } from '../src/model/backend.ts';
import type { ModelConfig } from '../src/model/config.ts';
import { type SequenceState, SequenceStates } from '../src/model/sequence-states.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';
import { distance } from '../src/wasm/kernels/kernel-test.ts';
import { randomModel, smallConfig } from './random-model.ts';

const OPTIONS: LoadOptions = { contextTokens: 512, maxSequences: 10, maxBatchTokens: 128, maxOutputs: 128 };
const Q4: Encoding = { kind: 'blocks', bits: 4, group: 32, zero: 8, minima: false, scales: 'f16' };
const IDS = Array.from({ length: 140 }, (_, i) => (i * i + 7 * i) % 75);
const configs = { dense: smallConfig('dense'), moe: smallConfig('moe') };

async function withModel<Result>(
  backend: Backend,
  config: ModelConfig,
  use: (states: SequenceStates) => Result,
  draft = true,
): Promise<Result> {
  const runner = await backend.load(config, randomModel(config, Q4, { draft }), OPTIONS);
  const states = new SequenceStates(config, runner, OPTIONS.contextTokens);
  try {
    return use(states);
  } finally {
    assert.deepEqual([states.freeSlots, states.freePages], [runner.slotCount, runner.pageCount], 'nothing is held');
    await runner.close();
  }
}

/** Lets a sequence absorb the ids in chunks of these lengths, over and over. */
function absorb(
  states: SequenceStates,
  ids: readonly number[],
  chunks = [128],
  state = states.create(),
): SequenceState {
  for (let at = 0, i = 0; at < ids.length; i++) {
    const part = ids.slice(at, at + chunks[i % chunks.length]!);
    states.runBatch([{ state, ids: part, outputs: 'none' }]);
    at += part.length;
  }
  return state;
}

/** Three guesses in a row, each from a given token: logits of all, one after the other. */
function guesses(states: SequenceStates, state: SequenceState, ids = [11, 22, 33]): Float32Array {
  assert.ok(states.reserve(state, 1) === 1);
  const logits = new Float32Array(75 * ids.length);
  for (const [ahead, id] of ids.entries()) logits.set(states.draft([{ state, id, ahead }]), 75 * ahead);
  states.settle(state);
  return logits;
}

/** What a sequence says to some tokens more, and what the draft head guesses after them, once `between` has happened. */
function goOn(states: SequenceStates, state: SequenceState, between = () => {}): Float32Array[] {
  const logits = states.runBatch([{ state, ids: [3, 1, 4], outputs: 'all' }]).slice();
  between();
  const after = [logits, guesses(states, state)];
  states.drop(state);
  return after;
}

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
  describe(`laws of guesses, ${backend.name}`, () => {
    for (const [name, config] of Object.entries(configs)) {
      test(`tokens that are taken back leave no trace: ${name}`, () =>
        withModel(backend, config, (states) => {
          for (const length of [1, 60, 63, 64, 126]) {
            const expected = (kept: number) =>
              goOn(states, absorb(states, [...IDS.slice(0, length), ...[9, 8, 7, 6, 5].slice(0, kept)]));
            for (const kept of [1, 2, 3, 5]) {
              const state = absorb(states, IDS.slice(0, length));
              assert.equal(states.reserve(state, 4), 4);
              for (const [ahead, id] of [9, 50, 60].entries()) states.draft([{ state, id, ahead }]);
              states.runBatch([{ state, ids: [9, 8, 7, 6, 5], outputs: 'all' }]);
              states.settle(state, length + kept);
              assert.equal(state.length, length + kept);
              assert.deepEqual(goOn(states, state), expected(kept), `${kept} kept after ${length}`);
            }
          }
        }));

      test(`a chunk with tokens that may be taken back says what it says without: ${name}`, () =>
        withModel(backend, config, (states) => {
          const [sure, unsure] = [absorb(states, IDS.slice(0, 62)), absorb(states, IDS.slice(0, 62))];
          const other = absorb(states, IDS.slice(70));
          const expected = states.runBatch([{ state: sure, ids: [9, 8, 7, 6], outputs: 'all' }]).slice();
          states.reserve(unsure, 3);
          const got = states.runBatch([
            { state: other, ids: [1, 2], outputs: 'none' },
            { state: unsure, ids: [9, 8, 7, 6], outputs: 'all' },
          ]);
          assert.deepEqual(got, expected);
          for (const state of [sure, unsure, other]) states.drop(state);
        }));

      test(`any split of a prompt leaves the same to guess from, in company or alone: ${name}`, () =>
        withModel(backend, config, (states) => {
          for (const length of [1, 2, 64, 65, 129]) {
            const ids = IDS.slice(0, length);
            const whole = absorb(states, ids);
            const expected = guesses(states, whole);
            for (const chunks of [[1], [2, 1], [63, 5], [64]]) {
              const state = absorb(states, ids, chunks);
              assert.deepEqual(guesses(states, state), expected, `${length} in chunks of ${chunks}`);
              states.drop(state);
            }
            const other = absorb(states, [...IDS.slice(40), 2]);
            states.reserve(whole, 1);
            states.reserve(other, 1);
            const both = states.draft([
              { state: other, id: 5, ahead: 0 },
              { state: whole, id: 11, ahead: 0 },
            ]);
            assert.deepEqual(both.slice(75), expected.slice(0, 75));
            for (const state of [whole, other]) states.drop(state);
          }
        }));

      test(`a fork and a restored save guess as the original, whatever becomes of it: ${name}`, () =>
        withModel(backend, config, (states) => {
          // At 64 and 128 the model's own pages are full, and the draft head's are not yet.
          for (const length of [63, 64, 65, 128]) {
            const expected = goOn(states, absorb(states, IDS.slice(0, length)));
            const original = absorb(states, IDS.slice(0, length));
            const fork = states.fork(original);
            const saved = states.save(original);
            guesses(states, original, [70, 71, 72]);
            const goOnElsewhere = () => void absorb(states, IDS.slice(0, 9), [9], original);
            assert.deepEqual(goOn(states, fork, goOnElsewhere), expected, `fork at ${length}`);
            states.drop(original);
            assert.deepEqual(goOn(states, states.restore(saved)), expected, `saved at ${length}`);
          }
        }));

      test(`a model says the same with a draft head and without: ${name}`, async () => {
        const logits = (states: SequenceStates) => {
          const state = states.create();
          const rows = states.runBatch([{ state, ids: IDS.slice(0, 100), outputs: 'all' }]).slice();
          states.drop(state);
          return rows;
        };
        assert.deepEqual(await withModel(backend, config, logits), await withModel(backend, config, logits, false));
      });
    }

    test('refuses what would lose a state', () =>
      withModel(backend, configs.dense, (states) => {
        const state = absorb(states, [1, 2, 3]);
        assert.throws(() => states.draft([{ state, id: 1, ahead: 0 }]), /no slot in reserve/);
        states.reserve(state, 2);
        assert.throws(() => states.runBatch([{ state, ids: [1, 2, 3, 4], outputs: 'all' }]), /may be taken back/);
        states.runBatch([{ state, ids: [1, 2], outputs: 'all' }]);
        for (const use of [() => states.fork(state), () => states.save(state), () => states.reserve(state, 1)])
          assert.throws(use, /settle it first/);
        assert.throws(() => states.settle(state, 3), /cannot be taken back to 3/);
        states.drop(state);
        // All slots that are left, and no more.
        const others = Array.from({ length: 8 }, () => states.create());
        assert.equal(states.reserve(others[0]!, 4), 2);
        for (const other of others) states.drop(other);
      }));
  });

test('guesses have the same bits with one thread, two and three, fused or not, in one arena or many', async () => {
  for (const config of Object.values(configs)) {
    const all = (backend: Backend) =>
      withModel(backend, config, (states) => goOn(states, absorb(states, IDS.slice(0, 100), [60, 7])));
    const expected = await all(wasmBackend({ threads: 1 }));
    const others = [
      { threads: 2 },
      { threads: 3 },
      { threads: 2, revectorize: false },
      { threads: 2, unsignedDots: false },
      { threads: 2, arenaBytes: 1 << 20 },
    ];
    for (const options of others) assert.deepEqual(await all(wasmBackend(options)), expected, JSON.stringify(options));
    const exact = await all(wasmBackend({ threads: 2, exact: true }));
    const scalar = await all(referenceBackend);
    exact.forEach((logits, i) => {
      assert.ok(distance(logits, scalar[i]!) < 2e-5, `distance ${distance(logits, scalar[i]!)}`);
    });
  }
});
