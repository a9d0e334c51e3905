import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { testServer } from '../src/test-server.ts';
import * as examples from './support/examples.ts';
import { hasRoute } from './support/http.ts';
import { untilIdle } from './support/idle.ts';

const model = 'qwen3.5-plus';
const weatherTool = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Current weather',
  parameters: examples.getWeather.function.parameters,
  strict: false,
};
const noThinking = { reasoning: { effort: 'none' as const }, temperature: 0 };

test('the Responses API with openai', async (t) => {
  const server = await testServer();
  t.after(() => server.stop(0));
  assert.ok(await hasRoute(server, '/v1/responses'), 'the server has no POST /v1/responses');
  const client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1` });

  await t.test('a text', async () => {
    const response = await client.responses.create({ model, input: examples.capital.question, ...noThinking });
    assert.equal(response.output_text, examples.capital.answer);
    assert.equal(response.object, 'response');
    assert.equal(response.status, 'completed');
    assert.equal(response.usage?.total_tokens, response.usage!.input_tokens + response.usage!.output_tokens);
  });

  await t.test('instructions and items', async () => {
    const response = await client.responses.create({
      model,
      instructions: 'Be concise.',
      input: [
        { role: 'user', content: 'What is the capital of New Zealand?' },
        { role: 'assistant', content: 'The capital of New Zealand is Wellington.' },
        { role: 'user', content: [{ type: 'input_text', text: 'and Brazil' }] },
      ],
      ...noThinking,
    });
    assert.match(response.output_text, /Brasília/);
  });

  await t.test('thinking is an item of its own', async () => {
    const response = await client.responses.create({
      model,
      input: examples.sum.question,
      reasoning: { effort: 'high' },
      temperature: 0,
    });
    assert.deepEqual(
      response.output.map(({ type }) => type),
      ['reasoning', 'message'],
    );
    assert.match(JSON.stringify(response.output[0]), /hundreds 3\+5\+1=9/);
    assert.equal(response.output_text, examples.sum.answer);
    assert.ok(response.usage!.output_tokens_details.reasoning_tokens > 10);
  });

  await t.test('an answer that is cut off is incomplete', async () => {
    const response = await client.responses.create({
      model,
      input: examples.story,
      max_output_tokens: 16,
      ...noThinking,
    });
    assert.equal(response.status, 'incomplete');
    assert.equal(response.incomplete_details?.reason, 'max_output_tokens');
  });

  await t.test('what was said before is kept', async () => {
    const first = await client.responses.create({
      model,
      input: 'What is the capital of New Zealand?',
      ...noThinking,
    });
    const params = { model, previous_response_id: first.id, ...noThinking };
    const second = await client.responses.create({ ...params, input: 'and Brazil' });
    assert.match(second.output_text, /Brasília/);
    assert.equal((await client.responses.retrieve(first.id)).output_text, first.output_text);
    await client.responses.delete(first.id);
    await assert.rejects(client.responses.retrieve(first.id), NotFoundError);
    const unkept = await client.responses.create({
      ...params,
      input: 'Hello',
      store: false,
      previous_response_id: null,
    });
    await assert.rejects(client.responses.retrieve(unkept.id), NotFoundError);
    await assert.rejects(
      client.responses.create({ model, input: 'Hello', previous_response_id: 'resp_none' }),
      NotFoundError,
    );
  });

  await t.test('tools, and their results sent back', async () => {
    const params = { model, tools: [weatherTool], ...noThinking };
    const asked = await client.responses.create({ ...params, input: examples.weather.question });
    const calls = asked.output.filter((item) => item.type === 'function_call');
    assert.deepEqual(
      calls.map((call) => [call.name, JSON.parse(call.arguments)]),
      examples.weather.cities.map((city) => ['get_weather', { city }]),
    );
    const input = calls.map((call, place) => ({
      type: 'function_call_output' as const,
      call_id: call.call_id,
      output: JSON.stringify({ temperature: 9 + place, condition: 'clear' }),
    }));
    const answered = await client.responses.create({ ...params, input, previous_response_id: asked.id });
    assert.match(answered.output_text, /Brno.*Riyadh/s);
  });

  await t.test('a stream', async () => {
    const stream = await client.responses.create({
      model,
      input: examples.sum.question,
      reasoning: { effort: 'high' },
      temperature: 0,
      stream: true,
    });
    const types: string[] = [];
    let text = '';
    let last = -1;
    for await (const event of stream) {
      assert.ok(event.sequence_number > last, 'sequence_number has to rise');
      last = event.sequence_number;
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') assert.equal(event.response.output_text ?? text, text);
    }
    assert.equal(text, examples.sum.answer);
    assert.deepEqual(types.slice(0, 2), ['response.created', 'response.in_progress']);
    assert.equal(types.at(-1), 'response.completed');
    for (const type of [
      'response.output_item.added',
      'response.reasoning_text.delta',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
    ])
      assert.ok(types.includes(type), `no ${type} among ${types.join(', ')}`);
  });

  await t.test('a stream of calls', async () => {
    const stream = client.responses.stream({
      model,
      input: examples.weather.question,
      tools: [weatherTool],
      ...noThinking,
    });
    const { output } = await stream.finalResponse();
    assert.deepEqual(
      output.flatMap((item) => (item.type === 'function_call' ? [JSON.parse(item.arguments)] : [])),
      examples.weather.cities.map((city) => ({ city })),
    );
  });

  await t.test('leaving a stream ends the answer', async () => {
    const stream = await client.responses.create({ model, input: examples.story, temperature: 1, stream: true });
    let seen = 0;
    for await (const _ of stream) if (++seen === 4) break;
    await untilIdle(server);
  });

  await t.test('errors', async () => {
    await assert.rejects(client.responses.create({ model, input: 'Hello', temperature: 3 }), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.deepEqual([error.code, error.param], ['invalid_request', 'temperature']);
      return true;
    });
    await assert.rejects(client.responses.create({ model: 'gpt-4', input: 'Hello' }), NotFoundError);
  });
});
