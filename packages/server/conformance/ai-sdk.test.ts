import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, isStepCount, jsonSchema, streamText, tool } from 'ai';
import { testServer } from '../src/test-server.ts';
import * as examples from './support/examples.ts';
import { untilIdle } from './support/idle.ts';

test('ai and @ai-sdk/openai-compatible', async (t) => {
  const server = await testServer();
  t.after(() => server.stop(0));
  const provider = createOpenAICompatible({ name: 'lantern', baseURL: `${server.url}/v1`, includeUsage: true });
  const model = provider('qwen3.5-plus');
  const noThinking = { providerOptions: { lantern: { enable_thinking: false } }, temperature: 0 };
  const asked: string[] = [];
  const tools = {
    get_weather: tool({
      description: 'Current weather',
      inputSchema: jsonSchema<{ city: string }>(examples.getWeather.function.parameters as object),
      execute: async ({ city }) => {
        asked.push(city);
        return { temperature: city.length, condition: 'clear' };
      },
    }),
  };

  await t.test('generateText', async () => {
    const result = await generateText({ model, prompt: examples.capital.question, ...noThinking });
    assert.equal(result.text, examples.capital.answer);
    assert.equal(result.finishReason, 'stop');
    const { inputTokens = 0, outputTokens = 0, totalTokens } = result.usage;
    assert.ok(inputTokens > 0 && outputTokens > 0);
    assert.equal(totalTokens, inputTokens + outputTokens);
    assert.equal(result.response.modelId, 'lantern-tiny');
  });

  await t.test('generateText with thinking', async () => {
    const result = await generateText({ model, prompt: examples.sum.question, temperature: 0 });
    assert.equal(result.reasoningText?.trim(), examples.sum.reasoning);
    assert.equal(result.text, examples.sum.answer);
    assert.ok((result.usage.outputTokenDetails.reasoningTokens ?? 0) > 10);
  });

  await t.test('streamText', async () => {
    const result = streamText({ model, prompt: examples.sum.question, temperature: 0 });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    assert.equal(text, examples.sum.answer);
    assert.equal((await result.reasoningText)?.trim(), examples.sum.reasoning);
    assert.equal(await result.finishReason, 'stop');
    assert.ok(((await result.usage).totalTokens ?? 0) > 20);
  });

  await t.test('a loop of tools', async () => {
    asked.length = 0;
    const result = await generateText({
      model,
      tools,
      stopWhen: isStepCount(4),
      prompt: examples.weather.question,
      ...noThinking,
    });
    assert.deepEqual(asked.sort(), examples.weather.cities);
    assert.match(result.text, /Brno.*Riyadh/s);
    assert.equal(result.steps.length, 2);
  });

  await t.test('a loop of tools while it streams', async () => {
    asked.length = 0;
    const result = streamText({
      model,
      tools,
      stopWhen: isStepCount(4),
      prompt: examples.weather.question,
      ...noThinking,
    });
    assert.match(await result.text, /Brno.*Riyadh/s);
    assert.deepEqual(asked.sort(), examples.weather.cities);
  });

  await t.test('leaving a stream ends the answer', async () => {
    const left = new AbortController();
    const result = streamText({
      model,
      prompt: examples.story,
      abortSignal: left.signal,
      providerOptions: { lantern: { ignore_eos: true, enable_thinking: false } },
    });
    let seen = 0;
    for await (const part of result.stream) if (part.type === 'text-delta' && ++seen === 4) left.abort();
    await untilIdle(server);
  });

  await t.test('errors', async () => {
    await assert.rejects(
      generateText({ model: provider('gpt-4'), prompt: 'Hello', maxRetries: 0 }),
      (error) => APICallError.isInstance(error) && error.statusCode === 404 && /gpt-4/.test(error.message),
    );
    await assert.rejects(
      generateText({ model, prompt: 'Hello', temperature: 3, maxRetries: 0 }),
      (error) => APICallError.isInstance(error) && error.statusCode === 400 && /temperature is 3/.test(error.message),
    );
  });
});
