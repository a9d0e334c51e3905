import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deletedResponse, errorBody, type ResponseEvent, type ResponseObject } from '@lantern/api';
import type { SearchProvider } from '../search/search-provider.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';
import { type Body, checked, getWeather, ResponseTester, sameness, textOf } from './response-test.ts';

let server: RunningServer;
let responses: ResponseTester;
before(async () => {
  server = await testServer();
  responses = new ResponseTester(server.url);
});
after(() => server.stop(0));

const france = 'What is the capital of France?';
const twoCities = 'How is the weather in Brno and Riyadh?';
const tools = [getWeather];

const requests: { [name: string]: Body } = {
  'a text': { input: france },
  'a text after thinking': { input: 'What is 17 + 25?', enable_thinking: true },
  'thoughts in both forms': { input: france, enable_thinking: true, include: ['reasoning.encrypted_content'] },
  'thinking that is cut off': { input: france, enable_thinking: true, max_output_tokens: 3 },
  'a text that is cut off': { input: 'Tell me a story.', max_output_tokens: 6 },
  'one token': { input: france, max_output_tokens: 1 },
  'two calls': { input: twoCities, tools },
  'two calls after thinking': { input: twoCities, tools, enable_thinking: true },
  'one call where two are wanted': { input: twoCities, tools, parallel_tool_calls: false },
  'a call that is cut off': { input: twoCities, tools, max_output_tokens: 14 },
  'hidden tools': { input: twoCities, tools, tool_choice: 'none', instructions: 'Be brief.' },
  'log-probabilities': { input: france, include: ['message.output_text.logprobs'], top_logprobs: 2 },
  'other scripts': { input: 'Zürich 東京 🏮', temperature: 1, seed: 11, max_output_tokens: 40 },
  'notes and settings': { input: france, metadata: { topic: 'x' }, user: 'ada', top_p: 0.5, presence_penalty: 0.1 },
};

/** What a stream must be like, whatever was asked; its last response. */
function checkLaws(events: readonly ResponseEvent[]): ResponseObject {
  const types = events.map(({ type }) => type);
  assert.deepEqual(types.slice(0, 2), ['response.created', 'response.in_progress']);
  const last = events.at(-1);
  assert.ok(last && 'response' in last);
  assert.equal(last.type, `response.${last.response.status}`);
  const texts = new Map<number, string>();
  const open = new Set<number>();
  for (const event of events) {
    if (event.type === 'response.output_item.added') {
      assert.equal(open.size, 0, 'items come one after another');
      assert.equal(event.output_index, texts.size);
      open.add(event.output_index);
      texts.set(event.output_index, '');
    } else if ('delta' in event) {
      assert.ok(open.has(event.output_index));
      texts.set(event.output_index, texts.get(event.output_index) + event.delta);
    } else if ('text' in event || 'arguments' in event) {
      assert.equal('text' in event ? event.text : event.arguments, texts.get(event.output_index));
    } else if (event.type === 'response.output_item.done') {
      assert.deepEqual(event.item, last.response.output[event.output_index]);
      assert.equal(event.item.id, last.response.output[event.output_index]?.id);
      open.delete(event.output_index);
    }
  }
  assert.equal(open.size, 0);
  assert.equal(texts.size, last.response.output.length);
  return last.response;
}

test('streams say what whole responses say', async (t) => {
  for (const [name, body] of Object.entries(requests)) {
    await t.test(name, async () => {
      const whole = await responses.create(body);
      const streamed = checkLaws(await responses.stream(body));
      assert.deepEqual(sameness(streamed), sameness(whole));
      const kept = await responses.get(streamed.id);
      assert.deepEqual(kept, { status: 200, json: streamed });
    });
  }
});

test('events of a text come in the documented order', async () => {
  const events = await responses.stream({ input: france, enable_thinking: true });
  const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
  assert.deepEqual(types, [
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.reasoning_text.delta',
    'response.reasoning_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
});

test('usage counts cached and reasoning tokens', async () => {
  const { usage, output } = await responses.create({ input: 'What is 17 + 25?', enable_thinking: true });
  assert.equal(output[0]?.type, 'reasoning');
  assert.ok(usage);
  assert.ok(usage.output_tokens_details.reasoning_tokens > 0);
  assert.ok(usage.output_tokens_details.reasoning_tokens < usage.output_tokens);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
  const again = await responses.create({ input: 'What is 17 + 25?', enable_thinking: true });
  assert.ok((again.usage?.input_tokens_details.cached_tokens ?? 0) > 0);
});

test('what is cut off is incomplete', async () => {
  const cut = await responses.create({ input: 'Tell me a story.', max_output_tokens: 6 });
  assert.equal(cut.status, 'incomplete');
  assert.deepEqual(cut.incomplete_details, { reason: 'max_output_tokens' });
  assert.equal(cut.output.at(-1)?.status, 'incomplete');
  assert.equal(cut.completed_at, null);
  const goesOn = await responses.create({ input: 'Go on.', previous_response_id: cut.id });
  assert.equal(goesOn.status, 'completed');
});

test('a conversation goes on from its last response, and reads only what is new', async () => {
  const first = await responses.create({ input: 'What is the capital of New Zealand?', instructions: 'Be brief.' });
  assert.match(textOf(first), /Wellington/);
  const second = await responses.create({
    input: 'and Brazil',
    previous_response_id: first.id,
    instructions: 'Be brief.',
  });
  assert.equal(textOf(second), 'The capital of Brazil is Brasília.');
  assert.equal(second.previous_response_id, first.id);
  const cached = (response: ResponseObject) => response.usage?.input_tokens_details.cached_tokens ?? 0;
  assert.ok(cached(second) > cached(first));
  const third = await responses.create({
    input: 'and Peru',
    previous_response_id: second.id,
    instructions: 'Be brief.',
  });
  assert.ok(cached(third) > cached(second));
  // Instructions are those of the request alone.
  const other = await responses.create({ input: 'and Brazil', previous_response_id: first.id });
  assert.equal(other.instructions, null);
  assert.ok((other.usage?.input_tokens ?? 0) < (second.usage?.input_tokens ?? 0));
});

test('tools are called, and their results answered, by id or by sending all', async () => {
  const asked = await responses.create({ input: twoCities, tools, enable_thinking: true });
  const calls = asked.output.filter((item) => item.type === 'function_call');
  assert.deepEqual(
    calls.map((call) => JSON.parse(call.arguments)),
    [{ city: 'Brno' }, { city: 'Riyadh' }],
  );
  const outputs = calls.map(({ call_id }, index) => ({
    type: 'function_call_output',
    call_id,
    output: JSON.stringify({ temperature: 9 + index, condition: 'clear' }),
  }));
  const byId = await responses.create({ input: outputs, previous_response_id: asked.id, tools, enable_thinking: true });
  assert.match(textOf(byId), /9 degrees and \w+ in Brno\. It is 10 degrees and \w+ in Riyadh/);
  const all = [{ role: 'user', content: twoCities }, ...asked.output, ...outputs];
  const byItems = await responses.create({ input: all, tools, store: false, enable_thinking: true });
  assert.equal(textOf(byItems), textOf(byId));
  assert.equal(byItems.usage?.input_tokens, byId.usage?.input_tokens);
  const references = asked.output.map(({ id }) => ({ type: 'item_reference', id }));
  const byReference = await responses.create({
    input: [{ role: 'user', content: twoCities }, ...references, ...outputs],
    tools,
    enable_thinking: true,
  });
  assert.equal(textOf(byReference), textOf(byId));
});

test('texts keep to the format that is asked for', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, city: { type: 'string' } },
    required: ['name', 'city'],
    additionalProperties: false,
  };
  const input = 'Linda comes from Chicago.\n\nExtract name and city as JSON.';
  for (const strict of [true, false]) {
    const format = { type: 'json_schema', name: 'person', schema, strict };
    const body = { input, text: { format }, enable_thinking: true };
    const whole = await responses.create(body);
    assert.deepEqual(JSON.parse(textOf(whole)), { name: 'Linda', city: 'Chicago' });
    assert.equal(whole.lantern?.schema, 'kept');
    assert.deepEqual(whole.text?.format, format);
    assert.deepEqual(sameness(checkLaws(await responses.stream(body))), sameness(whole));
  }
  const any = await responses.create({ input: 'Hello', text: { format: { type: 'json_object' } } });
  if (any.status === 'completed') assert.equal(typeof JSON.parse(textOf(any)), 'object');
});

test('a tool that must be called is', async () => {
  for (const tool_choice of ['required', { type: 'function', name: 'get_weather' }]) {
    const { output } = await responses.create({ input: france, tools, tool_choice });
    assert.equal(output.at(-1)?.type, 'function_call');
  }
});

test('a search tool searches, and the text names its sources', async () => {
  const search: SearchProvider = {
    name: 'test',
    search: async () => [
      { title: 'Sowickma', url: 'https://example.com/s', snippet: 'The Sowickma eagle costs 259 dollars.' },
    ],
  };
  const own = await testServer({ search });
  const tester = new ResponseTester(own.url);
  const body = {
    input: 'What does the Sowickma eagle cost?',
    tools: [{ type: 'web_search' }],
    tool_choice: { type: 'web_search' },
  };
  const whole = await tester.create(body);
  const message = whole.output.at(-1);
  const part = message?.type === 'message' ? message.content[0] : undefined;
  assert.ok(part?.type === 'output_text');
  assert.equal(part.annotations?.[0]?.url, 'https://example.com/s');
  assert.deepEqual(sameness(checkLaws(await tester.stream(body))), sameness(whole));
  await own.stop(0);
  const without = await responses.post(body);
  const { error } = checked(errorBody, await without.json());
  assert.deepEqual([without.status, error.code, error.param], [400, 'search_not_configured', 'tools[0]']);
});

test('what is not to be kept is not', async () => {
  const { id, store } = await responses.create({ input: france, store: false });
  assert.equal(store, false);
  const { status, json } = await responses.get(id);
  assert.equal(status, 404);
  assert.equal(checked(errorBody, json).error.code, 'response_not_found');
  const follow = await responses.post({ input: 'x', previous_response_id: id });
  assert.equal(follow.status, 404);
  assert.equal(checked(errorBody, await follow.json()).error.param, 'previous_response_id');
});

test('a response that is deleted is gone; what followed on it goes on', async () => {
  const first = await responses.create({ input: 'What is the capital of New Zealand?' });
  const second = await responses.create({ input: 'and Brazil', previous_response_id: first.id });
  const deleted = await responses.get(first.id, { method: 'DELETE' });
  assert.deepEqual(checked(deletedResponse, deleted.json), { id: first.id, object: 'response', deleted: true });
  assert.equal((await responses.get(first.id)).status, 404);
  assert.equal((await responses.get(first.id, { method: 'DELETE' })).status, 404);
  assert.equal((await responses.get(`${first.id}/input_items`)).status, 404);
  const third = await responses.create({ input: 'and Peru', previous_response_id: second.id });
  assert.match(textOf(third), /Lima/);
});

test('input items are listed', async () => {
  const input = ['a', 'b', 'c'].map((content) => ({ role: 'user', content }));
  const { id } = await responses.create({ input });
  const page = async (query: string) => {
    const { status, json } = await responses.get(`${id}/input_items${query}`);
    assert.equal(status, 200);
    return json as { data: { id: string; content: { text: string }[] }[]; has_more: boolean; last_id: string };
  };
  const texts = ({ data }: Awaited<ReturnType<typeof page>>) => data.map((item) => item.content[0]?.text);
  assert.deepEqual(texts(await page('')), ['c', 'b', 'a']);
  const first = await page('?order=asc&limit=2');
  assert.deepEqual([texts(first), first.has_more], [['a', 'b'], true]);
  const rest = await page(`?order=asc&after=${first.last_id}`);
  assert.deepEqual([texts(rest), rest.has_more], [['c'], false]);
  for (const query of ['?limit=0', '?limit=x', '?order=up', '?after=y'])
    assert.equal((await responses.get(`${id}/input_items${query}`)).status, 400);
});

test('a client that leaves frees everything', async () => {
  const { engine } = await server.loaded;
  const leaves = new AbortController();
  const reply = await fetch(`${server.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: 'Tell me a story.', stream: true, temperature: 1 }),
    signal: leaves.signal,
  });
  const reader = reply.body!.getReader();
  await reader.read();
  leaves.abort();
  await assert.rejects(reader.read());
  while (engine.scheduler.running + engine.scheduler.waiting > 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
});

test('bad bodies are refused, in words of the body', async () => {
  const image = { type: 'input_image', image_url: 'data:image/png;base64,AA==' };
  const cases: [body: unknown, status: number, code: string, param: string | null][] = [
    [{}, 400, 'invalid_request', 'input'],
    [{ input: 3 }, 400, 'invalid_request', 'input'],
    [{ input: 'x', temperature: 3 }, 400, 'invalid_request', 'temperature'],
    [{ input: 'x', model: 'claude-opus-4' }, 404, 'model_not_found', 'model'],
    [{ input: 'x', background: true }, 400, 'unsupported_field', 'background'],
    [{ input: 'x', text: { verbosity: 'low' } }, 400, 'unsupported_field', 'text.verbosity'],
    [
      { input: 'x', tools: [{ ...getWeather, parameters: { type: 'array' } }] },
      400,
      'invalid_request',
      'tools[0].parameters.type',
    ],
    [{ input: 'x', tools: [getWeather, getWeather] }, 400, 'invalid_request', 'tools[1].name'],
    [{ input: 'x', tools, tool_choice: { type: 'function', name: 'nothing' } }, 400, 'invalid_request', 'tool_choice'],
    [{ input: 'x', reasoning: { effort: 'none' }, enable_thinking: true }, 400, 'invalid_request', 'reasoning.effort'],
    [{ input: [{ role: 'user', content: [image] }] }, 400, 'invalid_media', 'input[0].content[0].image_url'],
    [{ input: [{ role: 'user', content: [{ type: 'nothing' }] }] }, 400, 'invalid_request', 'input[0].content[0].type'],
    [{ input: [] }, 400, 'template_refused', null],
    [{ input: 'x'.repeat(40_000) }, 400, 'context_length_exceeded', null],
  ];
  for (const [body, status, code, param] of cases) {
    const reply = await responses.post(body);
    const { error } = checked(errorBody, await reply.json());
    assert.deepEqual(
      [reply.status, error.code, error.param],
      [status, code, param],
      JSON.stringify(body).slice(0, 200),
    );
    assert.doesNotMatch(error.message, /messages\[|function\.|max_completion/);
  }
  const streamed = await responses.post({ input: 'x', model: 'nothing', stream: true });
  assert.equal(streamed.status, 404);
  assert.equal((await responses.get('resp_x?stream=true')).status, 400);
});
