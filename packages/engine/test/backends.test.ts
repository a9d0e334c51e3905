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

const OPTIONS: LoadOptions = { contextTokens: 512, maxSequences: 4, maxBatchTokens: 128, maxOutputs: 128 };
const F32: Encoding = { kind: 'f32' };
const Q4: Encoding = { kind: 'blocks', bits: 4, group: 32, zero: 8, minima: false, scales: 'f16' };
const Q8: Encoding = { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'f32' };
const IDS = Array.from({ length: 100 }, (_, i) => (i * i + 7 * i) % 75);

/** Loads a small random model, hands its sequences over, and puts everything away. */
async function withModel(
  backend: Backend,
  config: ModelConfig,
  encoding: Encoding,
  use: (states: SequenceStates) => void,
  contextTokens = OPTIONS.contextTokens,
) {
  const runner = await backend.load(config, randomModel(config, encoding), { ...OPTIONS, contextTokens });
  try {
    use(new SequenceStates(config, runner, contextTokens));
  } finally {
    await runner.close();
  }
}

/** All logits of a fresh sequence that absorbs the ids in chunks of the given lengths, over and over. */
function absorb(states: SequenceStates, ids: number[], chunks: number[], state = states.create()): Float32Array {
  const width = 75;
  const logits = new Float32Array(ids.length * width);
  for (let at = 0, i = 0; at < ids.length; i++) {
    const part = ids.slice(at, at + chunks[i % chunks.length]!);
    logits.set(states.runBatch([{ state, ids: part, outputs: 'all' }]), at * width);
    at += part.length;
  }
  states.drop(state);
  return logits;
}

async function logitsOf(
  backend: Backend,
  config: ModelConfig,
  encoding: Encoding,
  { ids = IDS, chunks = [100] }: { ids?: number[]; chunks?: number[] } = {},
): Promise<Float32Array> {
  let logits: Float32Array = new Float32Array();
  const use = (states: SequenceStates) => {
    logits = absorb(states, ids, chunks);
  };
  await withModel(backend, config, encoding, use, Math.max(OPTIONS.contextTokens, ids.length));
  return logits;
}

function rootMeanSquare(xs: Float32Array): number {
  return Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0) / xs.length);
}

function median(xs: number[]): number {
  return xs.sort((a, b) => a - b)[xs.length >> 1]!;
}

const configs = { dense: smallConfig('dense'), moe: smallConfig('moe') };

describe('the wasm backend', () => {
  for (const [name, config] of Object.entries(configs))
    for (const [how, encoding] of [
      ['f32', F32],
      ['q4', Q4],
    ] as const)
      test(`equals the scalar backend: ${name}, ${how}`, async () => {
        const expected = await logitsOf(referenceBackend, config, encoding);
        const got = await logitsOf(wasmBackend({ threads: 2, exact: true }), config, encoding);
        assert.ok(distance(got, expected) < 2e-5, `distance ${distance(got, expected)}`);
        const rounded = await logitsOf(wasmBackend({ threads: 2 }), config, encoding);
        // The kernels are held to their rounded inputs elsewhere; here only the size of the effect is watched. A flipped
        // router moves single positions a lot, so the median one counts.
        const moved = median(
          IDS.map((_, t) => {
            const [wanted, seen] = [expected.subarray(t * 75, (t + 1) * 75), rounded.subarray(t * 75, (t + 1) * 75)];
            return rootMeanSquare(seen.map((x, i) => x - wanted[i]!)) / rootMeanSquare(wanted);
          }),
        );
        assert.ok(encoding === F32 ? moved < 2e-5 : moved > 1e-4 && moved < 0.15, `rounding moved logits by ${moved}`);
      });

  test('gives the same bits with any threads, arenas and instructions', async () => {
    for (const [config, encoding] of Object.values(configs).flatMap((config) =>
      [Q4, Q8].map((e) => [config, e] as const),
    )) {
      const expected = await logitsOf(wasmBackend({ threads: 1 }), config, encoding);
      const others = [
        { threads: 2 },
        { threads: 3 },
        { threads: 2, revectorize: false },
        { threads: 2, unsignedDots: false },
        { threads: 2, arenaBytes: 1 << 20 },
      ];
      for (const options of others)
        assert.deepEqual(await logitsOf(wasmBackend(options), config, encoding), expected, JSON.stringify(options));
    }
  });

  test('a long context gives the same bits however it is cut and dealt out', async () => {
    const ids = Array.from({ length: 512 }, (_, i) => (i * i + 5 * i) % 75);
    const config = configs.dense;
    const expected = await logitsOf(wasmBackend({ threads: 1 }), config, Q4, { ids, chunks: [128] });
    for (const threads of [2, 5])
      assert.deepEqual(await logitsOf(wasmBackend({ threads }), config, Q4, { ids, chunks: [90, 1, 2, 5] }), expected);
    const exact = await logitsOf(wasmBackend({ threads: 2, exact: true }), config, Q4, { ids, chunks: [64, 1] });
    const scalar = await logitsOf(referenceBackend, config, Q4, { ids, chunks: [128] });
    assert.ok(distance(exact, scalar) < 2e-5, `distance ${distance(exact, scalar)}`);
  });

  test('where workers take all heads of a span together, single tokens give what they give in a chunk', async () => {
    const config = { ...configs.dense, maxPositionEmbeddings: 8192 };
    const ids = Array.from({ length: 4128 }, (_, i) => (i * i + 5 * i) % 75);
    const whole = new Array<number>(33).fill(128);
    const expected = await logitsOf(wasmBackend({ threads: 1 }), config, Q4, { ids, chunks: whole });
    const singles = [...new Array<number>(32).fill(128), 1, 2, 3, 4, ...new Array<number>(22).fill(1)];
    for (const threads of [2, 3]) {
      const got = await logitsOf(wasmBackend({ threads }), config, Q4, { ids, chunks: singles });
      // The last token's first, which an error can describe; of 300,000 numbers it could not in reasonable time.
      assert.deepEqual(got.slice(-75), expected.slice(-75));
      assert.ok(got.every((x, i) => x === expected[i]));
    }
  });
});

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
  describe(`laws of sequences, ${backend.name}`, () => {
    for (const [name, config] of Object.entries(configs)) {
      test(`any split of a prompt gives the same: ${name}`, () =>
        withModel(backend, config, Q4, (states) => {
          const whole = absorb(states, IDS, [100]);
          for (const chunks of [[1], [2, 1], [63], [64], [65, 3], [4, 7, 30]])
            assert.deepEqual(absorb(states, IDS, chunks), whole, `chunks of ${chunks}`);
        }));

      test(`a sequence in company gives what it gives alone: ${name}`, () =>
        withModel(backend, config, Q4, (states) => {
          const [left, right] = [IDS.slice(0, 70), IDS.slice(30)];
          const alone = [absorb(states, left, [70]), absorb(states, right, [70])];
          const [a, b] = [states.create(), states.create()];
          const got: Float32Array[] = [new Float32Array(alone[0]!.length), new Float32Array(alone[1]!.length)];
          const steps = [
            [1, 3],
            [20, 1],
            [40, 40],
            [5, 25],
            [4, 1],
          ];
          let [i, j] = [0, 0];
          for (const [m, n] of steps as [number, number][]) {
            const logits = states.runBatch([
              { state: a, ids: left.slice(i, i + m), outputs: 'all' },
              { state: b, ids: right.slice(j, j + n), outputs: 'all' },
            ]);
            got[0]!.set(logits.subarray(0, m * 75), i * 75);
            got[1]!.set(logits.subarray(m * 75), j * 75);
            i += m;
            j += n;
          }
          assert.deepEqual(got, alone);
        }));

      test(`a fork and a restored save go on as the original: ${name}`, () =>
        withModel(backend, config, Q4, (states) => {
          const original = states.create();
          states.runBatch([{ state: original, ids: IDS.slice(0, 70), outputs: 'none' }]);
          const fork = states.fork(original);
          const saved = states.save(original);
          const goOn = (state: SequenceState) =>
            states.runBatch([{ state, ids: IDS.slice(70), outputs: 'all' }]).slice();
          const expected = goOn(original);
          states.runBatch([{ state: original, ids: IDS, outputs: 'none' }]);
          states.drop(original);
          const restored = states.restore(saved);
          // Another sequence walks over whatever was given back.
          absorb(states, IDS, [33]);
          assert.deepEqual(goOn(fork), expected);
          assert.deepEqual(goOn(restored), expected);
          states.drop(fork);
          states.drop(restored);
        }));
    }

    test('refuses what does not fit, and loses nothing by it', () =>
      withModel(backend, configs.dense, F32, (states) => {
        const state = states.create();
        const before = absorb(states, IDS.slice(0, 5), [5]);
        const refuses = (ids: number[], message: RegExp) =>
          assert.throws(() => states.runBatch([{ state, ids, outputs: 'none' }]), { name: 'LanternError', message });
        refuses([], /no tokens/);
        refuses([75], /token id 75 is not in 0\.\.74/);
        refuses(
          Array.from({ length: 513 }, () => 0),
          /513 tokens long; the context holds 512/,
        );
        assert.equal(state.length, 0);
        assert.deepEqual(absorb(states, IDS.slice(0, 5), [5], state), before);
        assert.throws(() => states.runBatch([{ state, ids: [1], outputs: 'none' }]), /dropped/);
        const held = [states.create(), states.create(), states.create(), states.create()];
        assert.throws(() => states.create(), /all 4 sequences are in use/);
        states.drop(held[0]!);
        states.create();
        assert.throws(() => states.restore(new Uint8Array(7)), /not a saved state/);
        const saved = states.save(held[1]!);
        assert.throws(() => states.restore(saved.subarray(0, saved.length - 1)), /bytes long and should be/);
      }));
  });
