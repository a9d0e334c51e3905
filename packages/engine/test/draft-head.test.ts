import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { scoreDrafts } from '../src/generate/score-drafts.ts';
import { Sight } from '../src/generate/sight.ts';
import { SequenceStates } from '../src/model/sequence-states.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';
import { goldenCase } from './golden.ts';

/** As for the scores of the model itself. */
const TOLERANCE = 2e-3;

/** Rows of ten likeliest tokens against the fixture's, flat. The winner must be the same where its lead is clear. */
function compareTop(rows: [id: number, logprob: number][][], ids: Int32Array, logprobs: Float32Array, where: string) {
  assert.equal(rows.length, ids.length / 10, where);
  for (const [t, row] of rows.entries()) {
    const found = new Map(row);
    const at = (i: number) => logprobs[10 * t + i]!;
    for (let i = 0; i < 10; i++) {
      // At the end of the ten, another may stand that is as likely.
      const got = found.get(ids[10 * t + i]!) ?? row[9]![1];
      assert.ok(Math.abs(got - at(i)) < TOLERANCE, `${where}, row ${t}: ${got} instead of ${at(i)}`);
    }
    if (at(0) - at(1) > TOLERANCE) assert.equal(row[0]![0], ids[10 * t], `${where}, row ${t}: winner`);
  }
}

const blind = new Sight(null, 0);

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
  describe(`the MTP module as a draft head, ${backend.name}`, () => {
    for (const name of ['dense-tied-r1', 'moe-vision-r2', 'gguf-r1-bf16'])
      test(name, async () => {
        const golden = goldenCase(name);
        const checkpoint = openCheckpoint(golden.model);
        const options = { contextTokens: 256, maxSequences: 2, maxBatchTokens: 8, maxOutputs: 4 };
        const runner = await backend.load(checkpoint.config, checkpoint.weights({ draft: true }), options);
        const states = new SequenceStates(checkpoint.config, runner, options.contextTokens);
        const runs = golden.runs.filter(({ mtp }) => mtp);
        assert.ok(runs.length >= 4);
        for (const { name: run, ids, mtp } of runs) {
          const { top, draft } = await scoreDrafts(states, blind, { ids, spans: [] });
          compareTop(top, mtp!.topIds, mtp!.topLogprobs, run);
          compareTop(draft.top, mtp!.chain.topIds, mtp!.chain.topLogprobs, `${run}, chain`);
          assert.deepEqual([draft.first, ...draft.ids], [mtp!.chain.first, ...mtp!.chain.ids], `${run}, chain`);
        }
        assert.equal(states.freeSlots, options.maxSequences);
        await runner.close();
        checkpoint.close();
      });
  });

test('a checkpoint without an MTP module says so', () => {
  const checkpoint = openCheckpoint(goldenCase('dense-text-r4').model);
  assert.throws(() => checkpoint.weights({ draft: true }), { name: 'LanternError', message: /has no MTP module/ });
});

test('guesses of the built-in model come true as often as its card says', async () => {
  const tiny = new URL('../../../models/tiny/', import.meta.url).pathname;
  type Case = { images: string[]; prompt_ids: number[]; output_ids: number[] };
  const { cases } = JSON.parse(fs.readFileSync(`${tiny}eval.json`, 'utf8')) as { cases: Case[] };
  const checkpoint = openCheckpoint(tiny);
  const options = { contextTokens: 4096, maxSequences: 2, maxBatchTokens: 8, maxOutputs: 4 };
  const runner = await wasmBackend({ threads: 2 }).load(
    checkpoint.config,
    checkpoint.weights({ draft: true }),
    options,
  );
  const states = new SequenceStates(checkpoint.config, runner, options.contextTokens);
  let [right, all] = [0, 0];
  for (const { prompt_ids, output_ids } of cases.filter(({ images }) => images.length === 0).slice(0, 14)) {
    const ids = [...prompt_ids, ...output_ids];
    const { top } = await scoreDrafts(states, blind, { ids, spans: [] }, { top: 1, drafts: 0 });
    // The first token of an answer comes with its prompt; every later one can be guessed.
    for (let at = prompt_ids.length + 1; at < ids.length; at++) {
      all++;
      if (top[at - 2]![0]![0] === ids[at]) right++;
    }
  }
  await runner.close();
  checkpoint.close();
  // The card counts all answers, those to pictures too: 0.9828.
  assert.ok(all > 300 && right / all > 0.96, `${right} of ${all}`);
});
