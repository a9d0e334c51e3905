import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import type { ChatMessage, ToolDefinition } from '../src/chat/messages.ts';
import type { Engine } from '../src/engine.ts';
import { GrammarMatcher } from '../src/grammar/grammar-matcher.ts';
import { jsonSchemaGrammar } from '../src/grammar/json-schema-grammar.ts';
import { TokenTrie } from '../src/grammar/token-trie.ts';
import type { ChatEvent, ChatOptions, Usage } from '../src/index.ts';
import { openEngine } from '../src/open-engine.ts';

const TINY = new URL('../../../models/tiny/', import.meta.url).pathname;

type Case = { images: string[]; enable_thinking: boolean; messages: ChatMessage[]; tools: ToolDefinition[] | null };

const cases: Case[] = JSON.parse(fs.readFileSync(`${TINY}eval.json`, 'utf8')).cases.filter(
  (one: Case) => one.images.length === 0,
);

/** A few of everything: tools, thinking and its limit, stops, penalties, a schema, several answers, greedy and drawn. */
function requests(engine: Engine): { messages: ChatMessage[]; options: ChatOptions; count: number }[] {
  const schema = jsonSchemaGrammar({
    type: 'object',
    properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  });
  const constraint = () => new GrammarMatcher(schema, TokenTrie.of(engine.tokenizer), engine.stopIds);
  const variants: ChatOptions[] = [
    { temperature: 0 },
    { temperature: 0.9, topP: 0.95, topK: 20 },
    { temperature: 0, presencePenalty: 1, repetitionPenalty: 1.1 },
    { temperature: 0.7, stop: [' the', '. '] },
    { temperature: 0, thinkingBudget: 5 },
    { temperature: 1, constraint, enableThinking: false },
    { temperature: 0, maxTokens: 17, minTokens: 17 },
  ];
  return cases.slice(0, 28).map(({ messages, tools, enable_thinking }, i) => ({
    messages,
    count: i % 5 === 0 ? 2 : 1,
    options: {
      tools: tools ?? [],
      enableThinking: enable_thinking,
      seed: i,
      maxTokens: 60,
      logprobs: 2,
      ...variants[i % variants.length],
    },
  }));
}

async function answersOf(engine: Engine): Promise<{ said: unknown[]; usages: Usage[] }> {
  const usages: Usage[] = [];
  const say = async (events: AsyncIterable<ChatEvent>) => {
    const said: unknown[] = [];
    for await (const event of events)
      if (event.type === 'end') {
        const { content, reasoning, finishReason, stopReason, usage } = event.result;
        usages.push(usage);
        said.push({ content, reasoning, finishReason, stopReason, tokens: usage.completionTokens });
      } else if (!event.type.startsWith('tool')) said.push(event);
    return said;
  };
  const said = await Promise.all(
    requests(engine).map(({ messages, options, count }) =>
      Promise.all(engine.chatMany(messages, count, options).map(say)),
    ),
  );
  return { said, usages };
}

const sizes = { contextTokens: 1500, cacheTokens: 12_000, maxSequences: 6, threads: 2 };

test('answers with drafts are those without, to the last bit of their log-probabilities', async () => {
  const plain = await openEngine(TINY, sizes);
  const expected = await answersOf(plain);
  await plain.close();
  assert.ok(expected.usages.every(({ acceptedDraftTokens: a, rejectedDraftTokens: r }) => a + r === 0));
  for (const speculation of [
    { method: 'mtp', tokens: 3 },
    { method: 'ngram', tokens: 4, max: 3, min: 1 },
  ] as const) {
    const engine = await openEngine(TINY, { ...sizes, speculation });
    const { said, usages } = await answersOf(engine);
    assert.deepEqual(said, expected.said);
    const sum = (count: (usage: Usage) => number) => usages.reduce((all, usage) => all + count(usage), 0);
    const { drafts, tokens, accepted } = engine.scheduler.drafts;
    assert.deepEqual(
      [sum((usage) => usage.acceptedDraftTokens), sum((usage) => usage.rejectedDraftTokens)],
      [accepted, tokens - accepted],
    );
    assert.ok(drafts > 10 && accepted > 5, `${speculation.method}: ${drafts} drafts, ${accepted} tokens accepted`);
    await engine.close();
  }
});
