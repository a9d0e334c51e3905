import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { getWeather } from '../responses/response-test.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

let server: RunningServer;
let client: Anthropic;
before(async () => {
  server = await testServer();
  client = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
});
after(() => server.stop(0));

const model = 'qwen3.5-plus';
// Newer versions of the SDK do not know it any more and still send it.
const greedy = { temperature: 0 };
const tools: Anthropic.Tool[] = [
  {
    name: 'get_weather',
    description: getWeather.description,
    input_schema: { ...getWeather.parameters, required: ['city'] },
  },
];

test('create and count', async () => {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'What is the capital of France?' }];
  const reply = await client.messages.create({ model, max_tokens: 100, messages, ...greedy });
  const [block] = reply.content;
  assert.equal(block?.type === 'text' && block.text, 'The capital of France is Paris.');
  assert.equal(reply.stop_reason, 'end_turn');
  assert.ok(reply._request_id);
  const counted = await client.messages.countTokens({ model, messages });
  assert.equal(counted.input_tokens, reply.usage.input_tokens + (reply.usage.cache_read_input_tokens ?? 0));
});

test('a loop over tools, streamed, with thinking', async () => {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'How is the weather in Brno and Riyadh?' }];
  const body = {
    model,
    max_tokens: 2000,
    tools,
    ...greedy,
    thinking: { type: 'enabled' as const, budget_tokens: 1024 },
  };
  let thought = '';
  const stream = client.messages.stream({ ...body, messages });
  stream.on('thinking', (delta) => {
    thought += delta;
  });
  const asked = await stream.finalMessage();
  assert.equal(asked.stop_reason, 'tool_use');
  const uses = asked.content.filter((block) => block.type === 'tool_use');
  assert.deepEqual(
    uses.map(({ input }) => input),
    [{ city: 'Brno' }, { city: 'Riyadh' }],
  );
  const [thinking] = asked.content;
  assert.equal(thinking?.type === 'thinking' && thinking.thinking, thought);
  messages.push({ role: 'assistant', content: asked.content });
  messages.push({
    role: 'user',
    content: uses.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: '{"temperature": 9}' })),
  });
  const answer = await client.messages.stream({ ...body, messages }).finalText();
  assert.match(answer, /Brno.*Riyadh/);
});

test('refusals', async () => {
  const body = { max_tokens: 10, messages: [{ role: 'user' as const, content: 'x' }] };
  await assert.rejects(client.messages.create({ ...body, model: 'claude-opus-4-1' }), Anthropic.NotFoundError);
  const wrong = { ...body, model, temperature: 5 };
  await assert.rejects(client.messages.create(wrong), Anthropic.BadRequestError);
});
