import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { SequenceStates } from '../src/model/sequence-states.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';

const TINY = new URL('../../../models/tiny/', import.meta.url).pathname;

type Case = { id: number; images: string[]; prompt_ids: number[]; output_ids: number[] };

/** Prompts without pictures, and the vendor's greedy answers to them. */
const cases: Case[] = JSON.parse(fs.readFileSync(`${TINY}eval.json`, 'utf8')).cases.filter(
  (one: Case) => one.images.length === 0,
);

describe('greedy text of the built-in model equals the vendor’s', () => {
  // The scalar backend takes a few of them: it is slow.
  for (const [backend, some] of [
    [referenceBackend, cases.filter((one) => one.output_ids.length < 12).slice(0, 5)],
    [wasmBackend({ threads: 2 }), cases],
  ] as const)
    test(`${some.length} prompts, ${backend.name}`, async () => {
      const checkpoint = openCheckpoint(TINY);
      const options = { contextTokens: 2048, maxSequences: 1, maxBatchTokens: 128, maxOutputs: 1 };
      const runner = await backend.load(checkpoint.config, checkpoint.weights(), options);
      const states = new SequenceStates(checkpoint.config, runner, options.contextTokens);
      assert.ok(some.length >= 5);
      for (const { id, prompt_ids, output_ids } of some) {
        const state = states.create();
        let last = new Float32Array() as Float32Array;
        for (let at = 0; at < prompt_ids.length; at += 128)
          last = states.runBatch([{ state, ids: prompt_ids.slice(at, at + 128), outputs: 'last' }]);
        const answer = output_ids.map((_, i) => {
          const best = last.indexOf(Math.max(...last));
          if (i + 1 < output_ids.length) last = states.runBatch([{ state, ids: [best], outputs: 'last' }]);
          return best;
        });
        states.drop(state);
        assert.deepEqual(answer, output_ids, `case ${id}`);
      }
      await runner.close();
      checkpoint.close();
    });
});
