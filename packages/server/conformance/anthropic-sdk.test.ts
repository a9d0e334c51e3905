import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic, { AuthenticationError, BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { testServer } from '../src/test-server.ts';
import * as examples from './support/examples.ts';
import { hasRoute } from './support/http.ts';
import { untilIdle } from './support/idle.ts';

type Params = Anthropic.MessageCreateParamsNonStreaming;
type Sampling = { temperature?: number; top_k?: number };

const model = 'qwen3.5-plus';
const weatherTool = {
  name: 'get_weather',
  description: 'Current weather',
  input_schema: examples.getWeather.function.parameters as Anthropic.Tool.InputSchema,
};

test('@anthropic-ai/sdk', async (t) => {
  const server = await testServer();
  t.after(() => server.stop(0));
  assert.ok(await hasRoute(server, '/v1/messages'), 'the server has no POST /v1/messages');
  const client = new Anthropic({ apiKey: 'none', baseURL: server.url });

  // The library no longer has types for temperature and top_k; programs send them all the same.
  const create = (params: Partial<Params> & Sampling) =>
    client.messages.create({ model, max_tokens: 256, temperature: 0, messages: [], ...params } as Params);
  const stream = (params: Partial<Params> & Sampling) =>
    client.messages.stream({ model, max_tokens: 256, temperature: 0, messages: [], ...params } as Params);
  const user = (content: string): Anthropic.MessageParam[] => [{ role: 'user', content }];
  const textOf = ({ content }: Anthropic.Message) =>
    content.map((block) => (block.type === 'text' ? block.text : '')).join('');

  await t.test('a text', async () => {
    const message = await create({ messages: user(examples.capital.question) });
    assert.equal(textOf(message), examples.capital.answer);
    assert.equal(message.type, 'message');
    assert.equal(message.role, 'assistant');
    assert.equal(message.model, 'lantern-tiny');
    assert.equal(message.stop_reason, 'end_turn');
    assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
    assert.deepEqual(
      message.content.map(({ type }) => type),
      ['text'],
      'who does not ask for thinking gets none',
    );
  });

  await t.test('a system text, blocks and several turns', async () => {
    const message = await create({
      system: [{ type: 'text', text: 'Be concise.' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'What is the capital of New Zealand?' }] },
        { role: 'assistant', content: 'The capital of New Zealand is Wellington.' },
        { role: 'user', content: 'and Brazil' },
      ],
    });
    assert.match(textOf(message), /Brasília/);
  });

  await t.test('thinking', async () => {
    const message = await create({
      messages: user(examples.sum.question),
      max_tokens: 2000,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      temperature: 1,
      top_k: 1,
    });
    const [thought, text] = message.content;
    assert.ok(thought?.type === 'thinking');
    assert.equal(thought.thinking.trim(), examples.sum.reasoning);
    assert.ok(text?.type === 'text');
    assert.equal(text.text, examples.sum.answer);
  });

  await t.test('ends', async () => {
    const cut = await create({ messages: user(examples.story), max_tokens: 5 });
    assert.equal(cut.stop_reason, 'max_tokens');
    assert.equal(cut.usage.output_tokens, 5);
    const stopped = await create({ messages: user('Count from 1 to 50'), stop_sequences: [', 5'] });
    assert.deepEqual(
      [textOf(stopped), stopped.stop_reason, stopped.stop_sequence],
      ['1, 2, 3, 4', 'stop_sequence', ', 5'],
    );
  });

  await t.test('tools, and their results sent back', async () => {
    const messages = user(examples.weather.question);
    const asked = await create({ messages, tools: [weatherTool] });
    assert.equal(asked.stop_reason, 'tool_use');
    const calls = asked.content.filter((block) => block.type === 'tool_use');
    assert.deepEqual(
      calls.map(({ name, input }) => [name, input]),
      examples.weather.cities.map((city) => ['get_weather', { city }]),
    );
    messages.push(
      { role: 'assistant', content: asked.content },
      {
        role: 'user',
        content: calls.map(({ id }, place) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: JSON.stringify({ temperature: 9 + place, condition: 'clear' }),
        })),
      },
    );
    const answered = await create({ messages, tools: [weatherTool] });
    assert.match(textOf(answered), /Brno.*Riyadh/s);
    assert.equal(answered.stop_reason, 'end_turn');
    const one = await create({
      messages: user(examples.weather.question),
      tools: [weatherTool],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    });
    assert.equal(one.content.filter(({ type }) => type === 'tool_use').length, 1);
  });

  await t.test('a stream', async () => {
    const types: string[] = [];
    const events = stream({
      max_tokens: 2000,
      messages: user(examples.sum.question),
      thinking: { type: 'enabled', budget_tokens: 1024 },
      temperature: 1,
      top_k: 1,
    });
    for await (const event of events) {
      if (types.at(-1) !== event.type) types.push(event.type);
    }
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
    assert.deepEqual(
      types.filter((type) => (type as string) !== 'ping'),
      ['message_start', ...block, ...block, 'message_delta', 'message_stop'],
    );
    const message = await events.finalMessage();
    assert.equal(textOf(message), examples.sum.answer);
    assert.equal(message.stop_reason, 'end_turn');
    assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 10);
  });

  await t.test('a stream of calls', async () => {
    const events = stream({ messages: user(examples.weather.question), tools: [weatherTool] });
    const { content, stop_reason: reason } = await events.finalMessage();
    assert.deepEqual(
      content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : [])),
      examples.weather.cities.map((city) => ({ city })),
    );
    assert.equal(reason, 'tool_use');
  });

  await t.test('leaving a stream ends the answer', async () => {
    let seen = 0;
    for await (const _ of stream({ max_tokens: 4000, temperature: 1, messages: user(examples.story) }))
      if (++seen === 4) break;
    await untilIdle(server);
  });

  await t.test('counting tokens', async () => {
    const params = { model, messages: user(examples.capital.question) };
    const { input_tokens: plain } = await client.messages.countTokens(params);
    const { input_tokens: withTools } = await client.messages.countTokens({ ...params, tools: [weatherTool] });
    const { usage } = await create({ messages: params.messages });
    const cached = usage.cache_read_input_tokens ?? 0;
    assert.equal(plain, usage.input_tokens + cached);
    assert.ok(withTools > plain);
  });

  await t.test('errors', async (t) => {
    await t.test('a value out of range', () =>
      assert.rejects(create({ messages: user('Hello'), temperature: 3 }), (error) => {
        assert.ok(error instanceof BadRequestError);
        const body = error.error as { type: string; error: { type: string; message: string } };
        assert.equal(body.type, 'error');
        assert.equal(body.error.type, 'invalid_request_error');
        assert.match(body.error.message, /temperature/);
        return true;
      }),
    );
    await t.test('no max_tokens', () =>
      assert.rejects(
        client.messages.create({
          model,
          messages: user('Hello'),
        } as unknown as Params),
        (error) => error instanceof BadRequestError && /max_tokens/.test(error.message),
      ),
    );
    await t.test('an unknown model', () =>
      assert.rejects(create({ messages: user('Hello'), model: 'claude' }), (error) => {
        assert.ok(error instanceof NotFoundError);
        assert.equal((error.error as { error: { type: string } }).error.type, 'not_found_error');
        return true;
      }),
    );
    await t.test('a wrong key', async (t) => {
      const locked = await testServer({ apiKeys: ['sk-right'] });
      t.after(() => locked.stop(0));
      const params = { model, max_tokens: 4, messages: user('Hello') };
      const wrong = new Anthropic({ apiKey: 'sk-wrong', baseURL: locked.url });
      await assert.rejects(wrong.messages.create(params), AuthenticationError);
      const right = new Anthropic({ apiKey: 'sk-right', baseURL: locked.url });
      assert.equal((await right.messages.create(params)).usage.output_tokens, 4);
    });
  });
});
