import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import type { ChatMessage, ToolDefinition } from '../src/chat/messages.ts';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { readPicture } from '../src/media/decode/read-picture.ts';
import { SequenceStates } from '../src/model/sequence-states.ts';
import { openEngine } from '../src/open-engine.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';

const TINY = new URL('../../../models/tiny/', import.meta.url).pathname;

type Case = {
  id: number;
  messages: ChatMessage[];
  enable_thinking: boolean;
  tools: ToolDefinition[] | null;
  images: string[];
  prompt_ids: number[];
  output_ids: number[];
};

/** Prompts and the vendor's greedy answers to them. */
const all: Case[] = JSON.parse(fs.readFileSync(`${TINY}eval.json`, 'utf8')).cases;
const cases = all.filter(({ images }) => images.length === 0);
const seeing = all.filter(({ images }) => images.length > 0);

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

test(`greedy answers about pictures equal the vendor’s: ${seeing.length} prompts`, async () => {
  await using engine = await openEngine(TINY, { threads: 2 });
  assert.ok(seeing.length > 20);
  for (const { id, messages, images, tools, enable_thinking, prompt_ids, output_ids } of seeing) {
    const media = [];
    for (const path of images) media.push(await readPicture(fs.readFileSync(`${TINY}${path}`), engine.processor));
    const options = { media, enableThinking: enable_thinking, ...(tools && { tools }) };
    assert.deepEqual(engine.prompt(messages, options).ids, prompt_ids, `prompt of case ${id}`);
    const answer: number[] = [];
    for await (const event of engine.chat(messages, { ...options, temperature: 0, maxTokens: output_ids.length }))
      if (event.type === 'token') answer.push(event.id);
    assert.deepEqual(answer, output_ids, `case ${id}`);
  }
});
