import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type AnthropicOutputBlock,
  anthropicErrorBody,
  countTokensReply,
  decodeSse,
  type MessagesEvent,
  type MessagesReply,
  messagesEvent,
  messagesReply,
} from '@lantern/api';
import { type Body, checked, getWeather } from '../responses/response-test.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';
import { thinkingSignature } from './thinking-signature.ts';

let server: RunningServer;
before(async () => {
  server = await testServer();
});
after(() => server.stop(0));

const weather = {
  name: 'get_weather',
  description: getWeather.description,
  input_schema: getWeather.parameters,
};
const tools = [weather];
const ask = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const france = ask('What is the capital of France?');
const twoCities = ask('How is the weather in Brno and Riyadh?');
const thinking = { type: 'enabled', budget_tokens: 1000 };

function post(body: unknown, path = ''): Promise<Response> {
  return fetch(`${server.url}/v1/messages${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });
}

async function create(body: Body): Promise<MessagesReply> {
  const reply = await post({ max_tokens: 300, temperature: 0, ...body });
  const json: unknown = await reply.json();
  assert.equal(reply.status, 200, JSON.stringify(json));
  return checked(messagesReply, json);
}

async function stream(body: Body): Promise<MessagesEvent[]> {
  const reply = await post({ max_tokens: 300, temperature: 0, ...body, stream: true });
  assert.equal(reply.status, 200);
  const events: MessagesEvent[] = [];
  for await (const { event, data } of decodeSse(reply.body!)) {
    const parsed = checked(messagesEvent, JSON.parse(data));
    assert.equal(event, parsed.type);
    events.push(parsed);
  }
  return events;
}

async function count(body: Body): Promise<number> {
  const reply = await post(body, '/count_tokens');
  assert.equal(reply.status, 200);
  return checked(countTokensReply, await reply.json()).input_tokens;
}

/** What a client puts together from a stream, by the rules of the form. */
function gathered(events: readonly MessagesEvent[]): MessagesReply {
  assert.deepEqual([events[0]?.type, events[1]?.type, events.at(-1)?.type], ['message_start', 'ping', 'message_stop']);
  let reply: MessagesReply | undefined;
  let json = '';
  let open: number | null = null;
  for (const event of events) {
    if (event.type === 'message_start') reply = event.message;
    if (!reply) continue;
    if (event.type === 'content_block_start') {
      assert.equal(open, null);
      assert.equal(event.index, reply.content.length);
      open = event.index;
      json = '';
      reply.content.push(event.content_block);
    }
    const block = reply.content.at(-1);
    if (event.type === 'content_block_delta') {
      assert.equal(event.index, open);
      const { delta } = event;
      if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
      else if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
      else if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature = delta.signature;
      else if (delta.type === 'input_json_delta' && block?.type === 'tool_use') json += delta.partial_json;
      else assert.fail(`${delta.type} in ${block?.type}`);
    }
    if (event.type === 'content_block_stop') {
      assert.equal(event.index, open);
      open = null;
      if (block?.type === 'tool_use') block.input = JSON.parse(json) as { [name: string]: unknown };
    }
    if (event.type === 'message_delta') Object.assign(reply, event.delta, { usage: event.usage });
  }
  assert.ok(reply);
  assert.equal(open, null);
  return reply;
}

function sameness({ id: _, timings: __, usage, ...rest }: MessagesReply): unknown {
  const { input_tokens: read, cache_read_input_tokens: cached, ...others } = usage;
  const text = JSON.stringify({ ...rest, usage: { ...others, prompt: read + (cached ?? 0) } });
  return JSON.parse(text.replaceAll(/toolu_[a-z2-7]{24}/g, 'toolu_ID'));
}

const calls = ({ content }: MessagesReply) => content.filter((block) => block.type === 'tool_use');
const textOf = (content: readonly AnthropicOutputBlock[]) =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const requests: { [name: string]: Body } = {
  'a text': france,
  'a text after thinking': { ...ask('What is 17 + 25?'), thinking },
  'thinking by the prompt': { ...ask('What is 17 + 25?'), thinking: { type: 'adaptive' } },
  'thinking that is not shown': { ...ask('What is 17 + 25?'), thinking: { ...thinking, display: 'omitted' } },
  'thinking that is cut off': { ...france, thinking, max_tokens: 3 },
  'a text that is cut off': { ...ask('Tell me a story.'), max_tokens: 6 },
  'a stop': { ...ask('Count from 1 to 50'), stop_sequences: [', 9', ', 5, '] },
  'two calls': { ...twoCities, tools },
  'two calls after thinking': { ...twoCities, tools, thinking },
  'one call where two are wanted': {
    ...twoCities,
    tools,
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  },
  'a call that is cut off': { ...twoCities, tools, max_tokens: 14 },
  'hidden tools': { ...twoCities, tools, tool_choice: { type: 'none' }, system: 'Be brief.' },
  'an answer that goes on': {
    messages: [...france.messages, { role: 'assistant', content: 'The capital of France' }],
  },
};

test('streams say what whole replies say, and the prompt is as long as was counted', async (t) => {
  for (const [name, body] of Object.entries(requests)) {
    await t.test(name, async () => {
      const whole = await create(body);
      assert.deepEqual(sameness(gathered(await stream(body))), sameness(whole));
      const { usage } = whole;
      assert.equal(usage.input_tokens + (usage.cache_read_input_tokens ?? 0), await count(body));
    });
  }
});

test('replies say why they ended', async () => {
  const why = async (name: string) => {
    const { stop_reason, stop_sequence } = await create(requests[name]!);
    return [stop_reason, stop_sequence];
  };
  assert.deepEqual(await why('a text'), ['end_turn', null]);
  assert.deepEqual(await why('a text that is cut off'), ['max_tokens', null]);
  assert.deepEqual(await why('a stop'), ['stop_sequence', ', 5, ']);
  assert.deepEqual(await why('two calls'), ['tool_use', null]);
});

test('an answer that has begun goes on where it stopped', async () => {
  assert.equal(textOf((await create(requests['an answer that goes on']!)).content), ' is Paris.');
});

test('blocks come in the order of thinking, text and calls', async () => {
  const { content } = await create(requests['two calls after thinking']!);
  assert.deepEqual(
    content.map(({ type }) => type),
    ['thinking', 'tool_use', 'tool_use'],
  );
  const [thought] = content;
  assert.ok(thought?.type === 'thinking');
  assert.equal(thought.signature, thinkingSignature(thought.thinking));
  assert.deepEqual(
    (await create(requests['thinking that is not shown']!)).content.map(({ type }) => type),
    ['text'],
  );
});

test('tools are called, and their results answered', async () => {
  const asked = await create({ ...twoCities, tools, thinking });
  assert.deepEqual(
    calls(asked).map(({ name, input }) => [name, input]),
    [
      ['get_weather', { city: 'Brno' }],
      ['get_weather', { city: 'Riyadh' }],
    ],
  );
  const results = calls(asked).map(({ id }, index) => ({
    type: 'tool_result',
    tool_use_id: id,
    content: [{ type: 'text', text: JSON.stringify({ temperature: 9 + index, condition: 'clear' }) }],
  }));
  const messages = [
    ...twoCities.messages,
    { role: 'assistant', content: asked.content },
    { role: 'user', content: results },
  ];
  const answer = await create({ messages, tools, thinking });
  assert.equal(answer.stop_reason, 'end_turn');
  assert.match(textOf(answer.content), /9 degrees and \w+ in Brno\. It is 10 degrees and \w+ in Riyadh/);
  // What was said in the loop, thought included, is remembered.
  const { input_tokens: read, cache_read_input_tokens: cached } = answer.usage;
  assert.ok((cached ?? 0) > read, `${cached} cached, ${read} read`);
});

test('a tool that must be called is', async () => {
  for (const tool_choice of [{ type: 'any' }, { type: 'tool', name: 'get_weather' }]) {
    const reply = await create({ ...france, tools, tool_choice });
    assert.equal(reply.stop_reason, 'tool_use');
    assert.equal(calls(reply)[0]?.name, 'get_weather');
  }
});

test('texts keep to the format that is asked for', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, city: { type: 'string' } },
    required: ['name', 'city'],
    additionalProperties: false,
  };
  const question = ask('Linda comes from Chicago.\n\nExtract name and city as JSON.');
  const reply = await create({ ...question, output_config: { format: { type: 'json_schema', schema } } });
  assert.deepEqual(JSON.parse(textOf(reply.content)), { name: 'Linda', city: 'Chicago' });
  assert.equal(reply.lantern?.schema, 'kept');
  const wrong = { type: 'object', properties: { a: { type: 'nothing' } } };
  const refused = await post({
    ...question,
    max_tokens: 9,
    output_config: { format: { type: 'json_schema', schema: wrong } },
  });
  assert.equal(refused.status, 400);
  const { error } = checked(anthropicErrorBody, await refused.json());
  assert.match(error.message, /^output_config\.format\.schema\.properties\.a/);
});

test('remembered tokens are not among those that were read', async () => {
  const body = { ...ask('What is the capital of Peru?'), system: 'You help users of the Lantern workbench.' };
  const [first, second] = [await create(body), await create(body)];
  assert.ok((second.usage.cache_read_input_tokens ?? 0) > (first.usage.cache_read_input_tokens ?? 0));
  assert.ok(second.usage.input_tokens < first.usage.input_tokens);
  assert.equal(await count(body), second.usage.input_tokens + (second.usage.cache_read_input_tokens ?? 0));
});

test('a client that leaves frees everything', async () => {
  const { engine } = await server.loaded;
  const leaves = new AbortController();
  const reply = await fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ask('Tell me a story.'), max_tokens: 3000, stream: true, temperature: 1 }),
    signal: leaves.signal,
  });
  const reader = reply.body!.getReader();
  await reader.read();
  leaves.abort();
  await assert.rejects(reader.read());
  while (engine.scheduler.running + engine.scheduler.waiting > 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
});

test('bad bodies are refused in the form of the API', async () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
  const cases: [body: Body, status: number, type: string, message: RegExp][] = [
    [{ ...france, max_tokens: undefined }, 400, 'invalid_request_error', /^max_tokens is missing/],
    [{ messages: [] }, 400, 'invalid_request_error', /^messages /],
    [{ ...france, model: 'claude-opus-4-1' }, 404, 'not_found_error', /no model "claude-opus-4-1"/],
    [{ ...france, temperature: 3 }, 400, 'invalid_request_error', /^temperature is 3/],
    [{ ...france, thinking: { type: 'enabled' } }, 400, 'invalid_request_error', /^thinking\.budget_tokens/],
    [
      ask([{ type: 'text', text: 'What?' }, image]),
      400,
      'invalid_request_error',
      /^messages\[0\]\.content\[1\]\.source\.data cannot be read/,
    ],
    [
      { ...france, tools: [{ ...weather, input_schema: { type: 'array' } }] },
      400,
      'invalid_request_error',
      /^tools\[0\]\.input_schema\.type /,
    ],
    [{ ...france, tools, tool_choice: { type: 'tool', name: 'x' } }, 400, 'invalid_request_error', /^tool_choice /],
    [ask('x'.repeat(40_000)), 400, 'invalid_request_error', /context/],
    [{ ...france, messages: [{ role: 'assistant', content: 'x' }] }, 400, 'invalid_request_error', /template|user/i],
  ];
  for (const [body, status, type, message] of cases) {
    for (const path of ['', '/count_tokens']) {
      if (path !== '' && /max_tokens|temperature|context/.test(message.source)) continue;
      const reply = await post({ max_tokens: 9, ...body }, path);
      const json = checked(anthropicErrorBody, await reply.json());
      assert.deepEqual([reply.status, json.error.type], [status, type], JSON.stringify(body).slice(0, 200));
      assert.match(json.error.message, message);
      assert.equal(json.request_id, reply.headers.get('x-request-id'));
    }
  }
});
