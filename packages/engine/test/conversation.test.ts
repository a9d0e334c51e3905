import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { ChatMessage, ToolDefinition } from '../src/chat/messages.ts';
import type { Engine } from '../src/engine.ts';
import type { ChatEvent, ChatOptions, Conversation } from '../src/index.ts';
import { openEngine } from '../src/open-engine.ts';

const TINY = new URL('../../../models/tiny/', import.meta.url).pathname;

type Case = {
  id: number;
  images: string[];
  enable_thinking: boolean;
  messages: ChatMessage[];
  tools: ToolDefinition[] | null;
  expected: { tool_calls: { name: string; arguments: unknown }[] };
  prompt_ids: number[];
  output_ids: number[];
  output_text: string;
  finish: 'stop' | 'length';
  correct: boolean;
};
const cases: Case[] = JSON.parse(fs.readFileSync(`${TINY}eval.json`, 'utf8')).cases.filter(
  (one: Case) => one.images.length === 0,
);

let engine: Engine;
before(async () => {
  engine = await openEngine(TINY, { contextTokens: 6000, cacheTokens: 12_000, maxSequences: 8, threads: 2 });
});
after(() => engine.close());

async function eventsOf(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const idsOf = (events: ChatEvent[]) => events.flatMap((event) => (event.type === 'token' ? [event.id] : []));

/** Everything an answer says but for what depends on the clock and on what was remembered. */
async function sayingsOf(of: Engine, conversation: Conversation, options: ChatOptions) {
  return (await eventsOf(of.chat(conversation, options))).map((event) => {
    if (event.type !== 'end') return event.type.startsWith('tool') ? { ...event, id: '', call: '' } : event;
    const { content, reasoning, finishReason, toolCalls } = event.result;
    return { content, reasoning, finishReason, calls: toolCalls.map(({ name, arguments: text }) => name + text) };
  });
}

test(`the vendor’s answers to ${cases.length} conversations, tools included, asked together`, async () => {
  assert.equal(cases.length, 78);
  let calls = 0;
  await Promise.all(
    cases.map(async ({ id, messages, tools, enable_thinking, output_ids, output_text, finish, expected, correct }) => {
      const maxTokens = finish === 'length' ? output_ids.length : 1000;
      const options = { tools: tools ?? [], enableThinking: enable_thinking, temperature: 0, maxTokens };
      const events = await eventsOf(engine.chat(messages, options));
      assert.deepEqual(idsOf(events), output_ids, `case ${id}`);
      const end = events.at(-1)!;
      assert.ok(end.type === 'end');
      const { reasoning, content, toolCalls, finishReason } = end.result;
      const [thought, said] = enable_thinking ? output_text.split('\n</think>\n\n', 2) : [null, output_text];
      assert.equal(reasoning, thought, `case ${id}`);
      assert.equal(content, said!.replace(/\s*<tool_call>.*|<\|im_end\|>$/s, ''), `case ${id}`);
      assert.equal(finishReason, said!.includes('<tool_call>') ? 'tool_calls' : finish);
      const made = toolCalls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) as unknown }));
      if (correct) assert.deepEqual(made, expected.tool_calls, `case ${id}`);
      calls += made.length;
    }),
  );
  assert.ok(calls > 15, `${calls} calls`);
});

test('what the stream says in pieces is what it says in the end', async () => {
  const { messages, tools } = cases.find(({ expected }) => expected.tool_calls.length > 1)!;
  const stream = engine.chat(messages, { tools: tools!, enableThinking: true, temperature: 0 });
  const events = await eventsOf(stream);
  const { content, reasoning, toolCalls, usage } = await stream.result;
  const join = (type: ChatEvent['type']) =>
    events.flatMap((event) => (event.type === type && 'text' in event ? [event.text] : [])).join('');
  assert.deepEqual([join('content'), join('reasoning')], [content, reasoning]);
  toolCalls.forEach((call, index) => {
    const pieces = events.filter((event) => event.type === 'tool-call-arguments' && event.index === index);
    assert.equal(pieces.map((piece) => ('text' in piece ? piece.text : '')).join(''), call.arguments);
    assert.ok(pieces.length > 1, 'arguments stream');
  });
  assert.equal(new Set(toolCalls.map(({ id }) => id)).size, toolCalls.length);
  assert.equal(idsOf(events).length, usage.completionTokens);
  assert.ok(usage.reasoningTokens > 0 && usage.reasoningTokens < usage.completionTokens);
});

describe('laws', () => {
  const sampled = { temperature: 1, topK: 0, topP: 1, seed: 5, maxTokens: 40, logprobs: 3 };

  test('batched = alone, with the same seed, while others come and go', async () => {
    const some = cases.filter((_, i) => i % 4 === 0);
    const ask = ({ messages, tools }: Case, seed: number) =>
      sayingsOf(engine, messages, { ...sampled, seed, tools: tools ?? [] });
    const alone = [];
    for (const [i, one] of some.entries()) alone.push(await ask(one, i));
    const others = some.map((one, i) => eventsOf(engine.chat(one.messages, { ...sampled, maxTokens: 3 * i + 1 })));
    const together = await Promise.all(some.map(ask));
    await Promise.all(others);
    assert.deepEqual(together, alone);
  });

  test('cached = uncached, text and log-probabilities, over several turns', async () => {
    await using forgetful = await openEngine(TINY, { contextTokens: 6000, threads: 1, prefixCacheBytes: 0 });
    const filler = Array.from({ length: 30 }, (_, i) => `Line ${i}: nothing of note.`).join('\n');
    const messages: ChatMessage[] = [{ role: 'system', content: `You are terse.\n${filler}` }];
    let cached = 0;
    for (const question of ['Hello', 'What is 12 + 30?', 'Name a colour.', 'And now?']) {
      messages.push({ role: 'user', content: question });
      assert.deepEqual(await sayingsOf(engine, messages, sampled), await sayingsOf(forgetful, messages, sampled));
      const { usage, message } = await engine.chat(messages, { ...sampled, seed: 1 }).result;
      assert.ok(usage.cachedTokens > cached, `${usage.cachedTokens} of ${usage.promptTokens} cached`);
      assert.ok(usage.promptTokens - usage.cachedTokens < 20, 'only the opening of the answer is read again');
      assert.equal((await forgetful.chat(messages, { ...sampled, maxTokens: 1 }).result).usage.cachedTokens, 0);
      cached = usage.cachedTokens;
      messages.push(message);
    }
  });

  test('a tool loop goes on from the call', async () => {
    const { messages, tools } = cases.find(({ expected }) => expected.tool_calls.length === 1)!;
    const options = { tools: tools!, enableThinking: false, temperature: 0 };
    const first = await engine.chat(messages, options).result;
    const followUp = [...messages, first.message, { role: 'tool', content: '21 degrees' } as const];
    const { usage } = await engine.chat(followUp, options).result;
    assert.equal(usage.cachedTokens, first.usage.promptTokens + first.usage.completionTokens - 1);
  });

  test('log-probabilities are those of a score, and come with the likeliest', async () => {
    const text = 'The capital of France is';
    const stream = engine.complete(text, { maxTokens: 12, temperature: 0, logprobs: 5 });
    const tokens = [];
    for await (const event of stream) if (event.type === 'token') tokens.push(event);
    const ids = [...engine.tokenizer.encode(text), ...tokens.map(({ id }) => id)];
    const scores = await engine.score(ids, { top: 5 });
    tokens.forEach(({ id, logprob, top }, i) => {
      const at = ids.length - tokens.length + i;
      assert.equal(logprob, scores.logprobs[at - 1]);
      assert.deepEqual(top, scores.top[at - 1]);
      assert.equal(top![0]![0], id);
    });
  });

  test('a salt keeps what is remembered apart', async () => {
    const messages: ChatMessage[] = [{ role: 'user', content: `Tell me of ${'lanterns '.repeat(40)}` }];
    const cached = async (cacheSalt?: string) =>
      (await engine.chat(messages, { maxTokens: 1, ...(cacheSalt && { cacheSalt }) }).result).usage.cachedTokens;
    assert.equal(await cached('one'), 0);
    assert.equal(await cached('two'), 0);
    assert.equal(await cached(), 0);
    assert.ok((await cached('one')) > 50 && (await cached()) > 50);
  });

  test('a saved prefix serves another engine; a foreign one is refused', async () => {
    const long = `Remember this.\n${'A lantern hangs by the door. '.repeat(60)}`;
    const messages: ChatMessage[] = [{ role: 'user', content: long }];
    const bytes = await engine.savePrefix(messages);
    assert.deepEqual(await engine.savePrefix(messages), bytes);
    await using other = await openEngine(TINY, { contextTokens: 2000, threads: 1 });
    other.restorePrefix(bytes);
    const said = await sayingsOf(other, messages, sampled);
    const { usage } = await other.chat(messages, { maxTokens: 1 }).result;
    assert.ok(usage.promptTokens - usage.cachedTokens < 10, JSON.stringify(usage));
    assert.deepEqual(said, await sayingsOf(engine, messages, sampled));
    assert.throws(() => other.restorePrefix(bytes.subarray(10)), { code: 'bad-input' });
    await using none = await openEngine(TINY, { contextTokens: 2000, threads: 1, prefixCacheBytes: 0 });
    await assert.rejects(none.savePrefix(messages), { code: 'unsupported', message: /remembers no prompts/ });
  });
});

describe('controls', () => {
  test('sixteen answers to one prompt differ by their seeds and read it once', async () => {
    const streams = engine.chatMany('Tell me a story.', 16, {
      temperature: 1.2,
      topK: 0,
      topP: 1,
      seed: 3,
      maxTokens: 20,
    });
    const results = await Promise.all(streams.map((stream) => stream.result));
    assert.ok(new Set(results.map(({ reasoning }) => reasoning)).size > 8);
    const [first, ...rest] = results.map(({ usage }) => usage);
    for (const usage of rest) assert.equal(usage.cachedTokens, first!.promptTokens - 1);
    const again = await engine.chat('Tell me a story.', { temperature: 1.2, topK: 0, topP: 1, seed: 18, maxTokens: 20 })
      .result;
    assert.equal(again.reasoning, results[15]!.reasoning);
  });

  test('what is not to be told apart stays content', async () => {
    const { messages, tools } = cases.find(({ expected }) => expected.tool_calls.length === 1)!;
    const options = { tools: tools!, enableThinking: true, temperature: 0 };
    const raw = await engine.chat(messages, { ...options, splitThinking: false, parseCalls: false }).result;
    assert.deepEqual([raw.reasoning, raw.toolCalls, raw.finishReason], [null, [], 'stop']);
    assert.match(raw.content, /\n<\/think>\n\n<tool_call>\n.*<\/tool_call>$/s);
    assert.equal(engine.chat(messages, options).startsInThinking, true);
  });

  test('a thinking budget closes the thought, and the answer follows', async () => {
    const free = await engine.chat('What is 12 + 30?', { temperature: 0, enableThinking: true }).result;
    assert.ok(free.usage.reasoningTokens > 8);
    for (const thinkingBudget of [0, 5]) {
      const { reasoning, content, usage } = await engine.chat('What is 12 + 30?', {
        temperature: 0,
        enableThinking: true,
        thinkingBudget,
      }).result;
      assert.ok(free.reasoning!.startsWith(reasoning!) && reasoning!.length < free.reasoning!.length);
      assert.ok(usage.reasoningTokens >= thinkingBudget && usage.reasoningTokens <= thinkingBudget + 2);
      assert.ok(content.length > 0);
    }
  });

  test('a stop text, a stop id and a bias against a word', async () => {
    const ask = (options: ChatOptions) =>
      engine.chat('Hello', { temperature: 0, enableThinking: false, ...options }).result;
    const stopped = await ask({ stop: ['built-in', 'never'] });
    assert.equal(stopped.content, "Hello! I am Lantern's tiny ");
    assert.deepEqual([stopped.finishReason, stopped.stopReason], ['stop', 'built-in']);
    const [, id] = engine.tokenizer.encode(`${stopped.content}`);
    assert.equal((await ask({ stopIds: [id!] })).stopReason, id);
    const hello = engine.tokenizer.tokenId('Hello')!;
    assert.doesNotMatch((await ask({ logitBias: { [hello]: -100 } })).content, /^Hello/);
    const short = await ask({ maxTokens: 3 });
    assert.deepEqual([short.finishReason, short.stopReason, short.usage.completionTokens], ['length', null, 3]);
  });

  test('an answer goes on from what the assistant has begun', async () => {
    const begun: ChatMessage[] = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello! I am' },
    ];
    const { content } = await engine.chat(begun, { temperature: 0, continueFinalMessage: true }).result;
    assert.ok(cases[0]!.output_text.startsWith(`Hello! I am${content}`), content);
    assert.throws(() => engine.chat('Hello', { continueFinalMessage: true }), /last message is of role user/);
  });

  test('without its own ends an answer runs on', async () => {
    const options = { temperature: 0, enableThinking: false, maxTokens: 60 };
    const { usage, finishReason } = await engine.chat('Hello', { ...options, ignoreEnds: true }).result;
    assert.deepEqual([usage.completionTokens, finishReason], [60, 'length']);
  });

  test('positions are stretched on demand', async () => {
    const ropeScaling = { factor: 4, originalMaxPositionEmbeddings: 32_768 };
    await using long = await openEngine(TINY, { contextTokens: 100_000, cacheTokens: 1000, threads: 1, ropeScaling });
    assert.equal(long.config.maxPositionEmbeddings, 131_072);
    const text = 'The capital of France is Paris.';
    const [plain, stretched] = await Promise.all([engine.score(text), long.score(text)]);
    assert.ok(stretched.logprobs.every(Number.isFinite));
    assert.notDeepEqual(stretched.logprobs, plain.logprobs);
    await assert.rejects(
      openEngine(TINY, { ropeScaling: { ...ropeScaling, factor: 0.5 } }),
      /factor of ropeScaling is 0.5/,
    );
  });

  test('an abort stops within one token and frees everything', async () => {
    const { freeSlots } = engine.states;
    const control = new AbortController();
    const stream = engine.chat('Tell me a story.', { signal: control.signal, temperature: 1, topK: 0, seed: 1 });
    let tokens = 0;
    await assert.rejects(
      async () => {
        for await (const event of stream)
          if (event.type === 'token' && ++tokens === 5) control.abort(new Error('enough'));
      },
      { message: 'enough' },
    );
    assert.ok(tokens <= 6, `${tokens} tokens`);
    assert.equal(engine.scheduler.running, 0);
    // All that is kept is what the prompt left behind.
    assert.ok(engine.states.freeSlots >= freeSlots - 2);
  });

  test('bad requests are refused at once', () => {
    const refused = (conversation: Conversation, options: ChatOptions, message: RegExp) =>
      assert.throws(() => engine.chat(conversation, options), { name: 'LanternError', message });
    refused([], {}, /No messages/);
    refused('x '.repeat(9000), {}, /tokens long; the context holds 6000/);
    refused('x', { thinkingBudget: -1 }, /thinkingBudget is -1/);
    refused(
      [{ role: 'user', content: [{ type: 'image', image: 'a.png' }] }],
      {},
      /have 1 places for a picture or video, and 0 were given/,
    );
    assert.throws(() => engine.chatMany('x', 0), /number of answers is 0/);
  });
});
