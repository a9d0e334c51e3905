import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { logSumExp } from '../src/generate/log-softmax.ts';
import type { Backend } from '../src/model/backend.ts';
import { SequenceStates } from '../src/model/sequence-states.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { type WasmOptions, wasmBackend } from '../src/wasm/backend.ts';
import { type GoldenRun, goldenCase } from './golden.ts';

const CASES = [
  'dense-tied-r1',
  'dense-r3-yarn',
  'dense-text-r4',
  'moe-split-r2',
  'moe-vision-r2',
  'fp8-moe',
  'gptq-dense',
  'gguf-r1-bf16',
  'gguf-r3-f16',
  'gguf-r1-q8_0',
  'gguf-r1-q4_0',
  'gguf-r1-iq4_nl',
  'gguf-r4-k',
  'gguf-moe-q8_0',
];
/** Thirty-six times what the vendor's own f32 differs from f64. */
const TOLERANCE = 2e-3;

function roundsByDefault(name: string): boolean {
  return name !== '' && goldenCase(name).runs.some((run) => run.roundingNoise);
}

type Loaded = { states: SequenceStates; vocabSize: number };

async function withCheckpoint(path: string, backend: Backend, use: (loaded: Loaded) => void): Promise<void> {
  const checkpoint = openCheckpoint(path);
  const options = { contextTokens: 2048, maxSequences: 1, maxBatchTokens: 64, maxOutputs: 64 };
  const runner = await backend.load(checkpoint.config, checkpoint.weights(), options);
  try {
    const states = new SequenceStates(checkpoint.config, runner, options.contextTokens);
    use({ states, vocabSize: checkpoint.config.vocabSize });
  } finally {
    await runner.close();
    checkpoint.close();
  }
}

/** Calls `see` with the log-probabilities after every token. */
function score(
  { states, vocabSize }: Loaded,
  ids: number[],
  see: (position: number, logprobs: Float64Array) => void,
): void {
  const state = states.create();
  for (let at = 0; at < ids.length; at += 64) {
    const part = ids.slice(at, at + 64);
    const logits = states.runBatch([{ state, ids: part, outputs: 'all' }]);
    part.forEach((_, i) => {
      const row = logits.subarray(i * vocabSize, (i + 1) * vocabSize);
      const total = logSumExp(row);
      see(
        at + i,
        Float64Array.from(row, (x) => x - total),
      );
    });
  }
  states.drop(state);
}

/** Distances from the vendor's top-10 log-probabilities, and whether the same token wins where the lead is clear. */
function compare(loaded: Loaded, run: GoldenRun, tolerance: number) {
  const distances: number[] = [];
  let same = 0;
  score(loaded, run.ids, (t, logprobs) => {
    const [ids, wanted] = [run.topIds.subarray(t * 10, t * 10 + 10), run.topLogprobs.subarray(t * 10, t * 10 + 10)];
    for (const [i, id] of ids.entries()) distances.push(Math.abs(logprobs[id]! - wanted[i]!));
    if (run.logprobs && t < run.ids.length - 1) distances.push(Math.abs(logprobs[run.ids[t + 1]!]! - run.logprobs[t]!));
    const winner = logprobs.indexOf(Math.max(...logprobs));
    if (winner === ids[0]) same++;
    else if (wanted[0]! - wanted[1]! > tolerance) same -= run.ids.length;
  });
  const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
  return { max: Math.max(...distances), mean, agreement: same / run.ids.length };
}

// Only the block formats of GGUF round inputs by default; every other checkpoint is exact without being told.
const exactly = (name: string) => wasmBackend({ threads: 2, exact: roundsByDefault(name) });
for (const backendFor of [() => referenceBackend, exactly])
  describe(`the vendor's scores, ${backendFor('').name}`, () => {
    for (const name of CASES)
      test(name, () => {
        const golden = goldenCase(name);
        return withCheckpoint(golden.model, backendFor(name), (loaded) => {
          for (const run of golden.runs) {
            const { max, agreement } = compare(loaded, run, TOLERANCE);
            assert.ok(max < TOLERANCE, `${run.name}: a log-probability is off by ${max}`);
            assert.ok(agreement > 0, `${run.name}: another token wins although the lead is clear`);
            if (run.greedy) {
              const { promptTokens, newIds } = run.greedy;
              const state = loaded.states.create();
              let next = run.ids.slice(0, promptTokens);
              const answer = newIds.map(() => {
                const logits = loaded.states.runBatch([{ state, ids: next, outputs: 'last' }]);
                next = [logits.indexOf(Math.max(...logits))];
                return next[0]!;
              });
              loaded.states.drop(state);
              assert.deepEqual(answer, newIds, `${run.name}: greedy text`);
            }
          }
        });
      });
  });

describe('quantised GGUF with inputs rounded to 8 bits', () => {
  for (const name of CASES.filter(roundsByDefault))
    test(`${name} strays no further than the format's own rounding`, () => {
      const golden = goldenCase(name);
      return withCheckpoint(golden.model, wasmBackend({ threads: 2 }), (loaded) => {
        for (const run of golden.runs.filter((run) => run.ids.length > 2)) {
          const noise = run.roundingNoise!;
          const { mean, agreement } = compare(loaded, run, 1);
          // Means over hundreds of positions; the fixture's own rounding is another one of the same kind.
          assert.ok(
            mean < 1.5 * noise.mean,
            `${run.name}: mean ${mean}, the format's own rounding gives ${noise.mean}`,
          );
          assert.ok(agreement > noise.top1_agreement - 0.08, `${run.name}: ${agreement} of winners agree`);
        }
      });
    });
});

describe('every variant of the kernels gives the same bits', () => {
  const variants: WasmOptions[] = [
    { threads: 1 },
    { threads: 5 },
    { threads: 2, revectorize: false },
    { threads: 2, unsignedDots: false },
    { threads: 3, revectorize: false, unsignedDots: false },
  ];
  const logprobs = async (path: string, options: WasmOptions, run: GoldenRun) => {
    const rows: Float64Array[] = [];
    await withCheckpoint(path, wasmBackend(options), (loaded) => {
      score(loaded, run.ids, (_, row) => void rows.push(row));
    });
    return rows;
  };
  for (const name of CASES)
    test(name, async () => {
      const { model, runs } = goldenCase(name);
      const run = runs.find(({ ids }) => ids.length > 64)!;
      const expected = await logprobs(model, { threads: 2 }, run);
      for (const options of variants)
        assert.deepEqual(await logprobs(model, options, run), expected, JSON.stringify(options));
    });
});
