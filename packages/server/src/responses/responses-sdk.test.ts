import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';
import { getWeather } from './response-test.ts';

let server: RunningServer;
let client: OpenAI;
before(async () => {
  server = await testServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
after(() => server.stop(0));

const model = 'qwen3.5-plus';
const weather = { ...getWeather, strict: false };

test('create, follow on, retrieve, list, delete', async () => {
  const first = await client.responses.create({
    model,
    input: 'What is the capital of New Zealand?',
    temperature: 0,
    reasoning: { effort: 'none' },
  });
  assert.equal(first.output_text, 'The capital of New Zealand is Wellington.');
  const second = await client.responses.create({
    model,
    input: 'and Brazil',
    previous_response_id: first.id,
    temperature: 0,
    reasoning: { effort: 'none' },
  });
  assert.equal(second.output_text, 'The capital of Brazil is Brasília.');
  assert.ok((second.usage?.input_tokens_details.cached_tokens ?? 0) > 0);
  assert.equal((await client.responses.retrieve(second.id)).output_text, second.output_text);
  const items = await Array.fromAsync(client.responses.inputItems.list(second.id, { limit: 1 }));
  assert.equal(items.length, 1);
  await client.responses.delete(second.id);
  await assert.rejects(client.responses.retrieve(second.id), OpenAI.NotFoundError);
});

test('stream', async () => {
  const stream = client.responses.stream({ model, input: 'What is 17 + 25?', temperature: 0 });
  let text = '';
  let thought = '';
  stream.on('response.output_text.delta', ({ delta }) => {
    text += delta;
  });
  for await (const event of stream) if (event.type === 'response.reasoning_text.delta') thought += event.delta;
  const final = await stream.finalResponse();
  assert.equal(final.status, 'completed');
  assert.equal(final.output_text, text);
  assert.match(text, /42/);
  const [reasoning] = final.output;
  assert.equal(reasoning?.type === 'reasoning' && reasoning.content?.[0]?.text, thought);
});

test('tools, streamed, and their results', async () => {
  const question = { role: 'user' as const, content: 'How is the weather in Brno and Riyadh?' };
  const stream = client.responses.stream({ model, input: [question], tools: [weather], temperature: 0 });
  const asked = await stream.finalResponse();
  const outputs = asked.output
    .filter((item) => item.type === 'function_call')
    .map(({ call_id }) => ({ type: 'function_call_output' as const, call_id, output: '{"temperature": 9}' }));
  assert.equal(outputs.length, 2);
  const answer = await client.responses.create({
    model,
    input: outputs,
    previous_response_id: asked.id,
    tools: [weather],
    temperature: 0,
  });
  assert.match(answer.output_text, /Brno.*Riyadh/);
});

test('refusals', async () => {
  const input = 'x';
  await assert.rejects(client.responses.create({ model, input, background: true }), {
    status: 400,
    code: 'unsupported_field',
    param: 'background',
  });
  await assert.rejects(client.responses.create({ model: 'gpt-5', input }), { status: 404, code: 'model_not_found' });
});
