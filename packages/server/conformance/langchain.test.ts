import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { testServer } from '../src/test-server.ts';
import * as examples from './support/examples.ts';
import { untilIdle } from './support/idle.ts';

/** The library's own type says that there is never a usage. */
function tokensOf(message: { usage_metadata?: unknown } | undefined): number {
  return (message?.usage_metadata as { total_tokens?: number } | undefined)?.total_tokens ?? 0;
}

test('@langchain/openai', async (t) => {
  const server = await testServer();
  t.after(() => server.stop(0));
  const chat = (more: object = {}) =>
    new ChatOpenAI({
      model: 'qwen3.5-plus',
      apiKey: 'none',
      temperature: 0,
      configuration: { baseURL: `${server.url}/v1` },
      modelKwargs: { enable_thinking: false, ...more },
    });

  await t.test('invoke', async () => {
    const message = await chat().invoke(examples.capital.question);
    assert.equal(message.content, examples.capital.answer);
    assert.ok(tokensOf(message) > 10);
    assert.equal(message.response_metadata.finish_reason, 'stop');
  });

  await t.test('invoke with thinking', async () => {
    const message = await chat({ enable_thinking: true }).invoke(examples.sum.question);
    assert.equal(message.content, examples.sum.answer);
    assert.equal(String(message.additional_kwargs.reasoning_content).trim(), examples.sum.reasoning);
  });

  await t.test('batch', async () => {
    const messages = await chat().batch([examples.capital.question, examples.sum.question]);
    assert.deepEqual(
      messages.map(({ content }) => content),
      [examples.capital.answer, examples.sum.answer],
    );
  });

  await t.test('stream', async () => {
    let whole: AIMessageChunk | undefined;
    let pieces = 0;
    for await (const chunk of await chat().stream(examples.capital.question)) {
      whole = whole ? whole.concat(chunk) : chunk;
      pieces++;
    }
    assert.equal(whole?.content, examples.capital.answer);
    assert.ok(pieces > 3);
    assert.ok(tokensOf(whole) > 10);
  });

  await t.test('bindTools, and the results sent back', async () => {
    const bound = chat().bindTools([examples.getWeather]);
    const question = new HumanMessage(examples.weather.question);
    const asked = await bound.invoke([question]);
    assert.deepEqual(
      asked.tool_calls?.map(({ name, args }) => [name, args]),
      examples.weather.cities.map((city) => ['get_weather', { city }]),
    );
    const results = (asked.tool_calls ?? []).map(
      ({ id = '' }, place) =>
        new ToolMessage({
          tool_call_id: id,
          content: JSON.stringify({ temperature: 9 + place, condition: 'clear' }),
        }),
    );
    const answered = await bound.invoke([question, asked, ...results]);
    assert.match(String(answered.content), /Brno.*Riyadh/s);
  });

  await t.test('bindTools while it streams', async () => {
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await chat().bindTools([examples.getWeather]).stream(examples.weather.question))
      whole = whole ? whole.concat(chunk) : chunk;
    assert.deepEqual(
      whole?.tool_calls?.map(({ args }) => args),
      examples.weather.cities.map((city) => ({ city })),
    );
  });

  await t.test('leaving a stream ends the answer', async () => {
    let seen = 0;
    for await (const _ of await chat({ ignore_eos: true }).stream(examples.story)) if (++seen === 4) break;
    await untilIdle(server);
  });

  await t.test('errors', async () => {
    const unknown = new ChatOpenAI({
      model: 'gpt-4',
      apiKey: 'none',
      maxRetries: 0,
      configuration: { baseURL: `${server.url}/v1` },
    });
    await assert.rejects(unknown.invoke('Hello'), /gpt-4/);
  });
});
