import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { type ErrorCode, modelList } from '@lantern/api';
import type { RunningServer } from '../src/start-server.ts';
import { testServer } from '../src/test-server.ts';
import { ask, type Body, reply } from './support/chat.ts';
import { checked } from './support/check-schema.ts';
import * as examples from './support/examples.ts';
import { CHAT, post, readError } from './support/http.ts';
import { untilIdle } from './support/idle.ts';

let server: RunningServer;
before(async () => {
  server = await testServer();
});
after(() => server.stop(0));

const hello = ask('Hello', { max_tokens: 1 });

/** What is refused, with the field that is named. */
type Case = [name: string, fields: Body, code: ErrorCode, param: string | null | RegExp];

function tool(parameters: unknown): Body {
  return { type: 'function', function: { name: 'f', parameters } };
}

const user = { role: 'user', content: 'Hello' };

const cases: Case[] = [
  ['no messages', { messages: undefined }, 'invalid_request', 'messages'],
  ['messages that are null', { messages: null }, 'invalid_request', 'messages'],
  ['an empty conversation', { messages: [] }, 'invalid_request', 'messages'],
  ['messages that are a text', { messages: 'Hello' }, 'invalid_request', 'messages'],
  ['a message that is a text', { messages: ['Hello'] }, 'invalid_request', 'messages[0]'],
  ['a message without a role', { messages: [{ content: 'Hello' }] }, 'invalid_request', 'messages[0].role'],
  ['an unknown role', { messages: [{ role: 'robot', content: 'x' }] }, 'invalid_request', 'messages[0].role'],
  ['content that is a number', { messages: [{ role: 'user', content: 1 }] }, 'invalid_request', 'messages[0].content'],
  [
    'a part of an unknown kind',
    { messages: [{ role: 'user', content: [{ type: 'smell' }] }] },
    'invalid_request',
    'messages[0].content[0].type',
  ],
  [
    'a call without a name',
    { messages: [user, { role: 'assistant', tool_calls: [{ id: 'c', function: {} }] }, user] },
    'invalid_request',
    'messages[1].tool_calls[0].function.name',
  ],
  ['system messages only', { messages: [{ role: 'system', content: 'Hello' }] }, 'template_refused', null],
  [
    'a picture that is none',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:;base64,SGVsbG8=' } }] }] },
    'invalid_media',
    'messages[0].content[0].image_url.url',
  ],
  [
    'a picture from anywhere',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'https://example.com/cat.png' }] }] },
    'invalid_media',
    'messages[0].content[0].image_url',
  ],
  [
    'a file that is a text',
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: 'data:;base64,SGVsbG8=' } }] }] },
    'unsupported_content',
    'messages[0].content[0].file.file_data',
  ],
  [
    'sound',
    {
      messages: [
        { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }] },
      ],
    },
    'unsupported_content',
    'messages[0].content[0]',
  ],

  ['an unknown model', { model: 'gpt-4' }, 'model_not_found', 'model'],
  ['a model that is a number', { model: 4 }, 'invalid_request', 'model'],
  ['a model without a name', { model: '' }, 'invalid_request', 'model'],
  [
    'an over-long prompt',
    { messages: [{ role: 'user', content: 'word '.repeat(6000) }] },
    'context_length_exceeded',
    /^messages$|^$/,
  ],

  ['a temperature below', { temperature: -0.1 }, 'invalid_request', 'temperature'],
  ['a temperature above', { temperature: 2.01 }, 'invalid_request', 'temperature'],
  ['a temperature that is a text', { temperature: 'hot' }, 'invalid_request', 'temperature'],
  ['top_p 0', { top_p: 0 }, 'invalid_request', 'top_p'],
  ['top_p above 1', { top_p: 1.1 }, 'invalid_request', 'top_p'],
  ['top_k that is half', { top_k: 1.5 }, 'invalid_request', 'top_k'],
  ['min_p above 1', { min_p: 2 }, 'invalid_request', 'min_p'],
  ['a penalty out of range', { presence_penalty: 2.5 }, 'invalid_request', 'presence_penalty'],
  ['a repetition penalty of 0', { repetition_penalty: 0 }, 'invalid_request', 'repetition_penalty'],
  ['max_tokens 0', { max_tokens: 0 }, 'invalid_request', 'max_tokens'],
  ['max_completion_tokens below 0', { max_completion_tokens: -1 }, 'invalid_request', 'max_completion_tokens'],
  ['n 0', { n: 0 }, 'invalid_request', 'n'],
  ['n 17', { n: 17 }, 'invalid_request', 'n'],
  ['a seed that is half', { seed: 0.5 }, 'invalid_request', 'seed'],
  ['a seed that is next to nothing', { seed: 1e-90 }, 'invalid_request', 'seed'],
  ['a seed beyond 64 bits', { seed: 1e30 }, 'invalid_request', 'seed'],
  ['a stop without characters', { stop: '' }, 'invalid_request', 'stop'],
  ['a stop of mixed kinds', { stop: ['a', 1] }, 'invalid_request', /^stop/],
  ['a stop of several tokens', { stop: [[1, 2]] }, 'unsupported_field', 'stop[0]'],
  ['a stop beyond the vocabulary', { stop: [10_000_000] }, 'invalid_request', 'stop'],
  ['a stop id beyond the vocabulary', { stop_token_ids: [10_000_000] }, 'invalid_request', 'stop_token_ids'],
  ['a bias of no token', { logit_bias: { Hello: 1 } }, 'invalid_request', 'logit_bias'],
  ['a bias out of range', { logit_bias: { '5': 101 } }, 'invalid_request', /^logit_bias/],
  ['a bias beyond the vocabulary', { logit_bias: { '10000000': 1 } }, 'invalid_request', 'logit_bias'],
  ['top_logprobs without logprobs', { top_logprobs: 2 }, 'invalid_request', 'top_logprobs'],
  ['top_logprobs 21', { logprobs: true, top_logprobs: 21 }, 'invalid_request', 'top_logprobs'],
  ['stream that is a text', { stream: 'yes' }, 'invalid_request', 'stream'],
  ['stream_options without stream', { stream_options: { include_usage: true } }, 'invalid_request', 'stream_options'],
  ['an error that a stream could have had', { stream: true, temperature: 3 }, 'invalid_request', 'temperature'],

  ['fast and auto', { enable_thinking: null, enable_fast: true, enable_auto: true }, 'invalid_request', 'enable_fast'],
  ['fast and thinking', { enable_thinking: true, enable_fast: true }, 'invalid_request', 'enable_fast'],
  ['auto and thinking', { enable_thinking: true, enable_auto: true }, 'invalid_request', 'enable_auto'],
  [
    'fast and a template that thinks',
    { enable_thinking: null, enable_fast: true, chat_template_kwargs: { enable_thinking: true } },
    'invalid_request',
    'enable_fast',
  ],
  [
    'no effort and thinking',
    { enable_thinking: true, reasoning_effort: 'none' },
    'invalid_request',
    'reasoning_effort',
  ],
  ['an unknown effort', { reasoning_effort: 'heroic' }, 'invalid_request', 'reasoning_effort'],
  ['a budget below 0', { thinking_budget: -1 }, 'invalid_request', 'thinking_budget'],
  [
    'a template told nonsense',
    { enable_thinking: null, chat_template_kwargs: { enable_thinking: 'maybe' } },
    'invalid_request',
    'chat_template_kwargs.enable_thinking',
  ],

  ['tools that are no list', { tools: {} }, 'invalid_request', 'tools'],
  ['a tool of an unknown kind', { tools: [{ type: 'custom', custom: {} }] }, 'invalid_request', /^tools\[0\]/],
  [
    'a tool with a bad name',
    { tools: [{ type: 'function', function: { name: 'two words' } }] },
    'invalid_request',
    'tools[0].function.name',
  ],
  [
    'two tools of one name',
    { tools: [examples.getWeather, examples.getWeather] },
    'invalid_request',
    'tools[1].function.name',
  ],
  [
    'parameters that are no object',
    { tools: [tool({ type: 'string' })] },
    'invalid_request',
    'tools[0].function.parameters.type',
  ],
  [
    'a bad schema',
    { tools: [examples.getWeather, tool({ type: 'object', properties: { city: { type: 'strin' } } })] },
    'invalid_schema',
    'tools[1].function.parameters.properties.city.type',
  ],
  [
    'a bad schema deep down',
    { tools: [tool({ type: 'object', properties: { a: { type: 'array', items: { required: 'b' } } } })] },
    'invalid_schema',
    'tools[0].function.parameters.properties.a.items.required',
  ],
  ['a choice without tools', { tool_choice: 'required' }, 'invalid_request', 'tool_choice'],
  [
    'a choice that is not among the tools',
    { tools: [examples.getWeather], tool_choice: { type: 'function', function: { name: 'get_time' } } },
    'invalid_request',
    'tool_choice',
  ],
  ['an unknown choice', { tools: [examples.getWeather], tool_choice: 'maybe' }, 'invalid_request', 'tool_choice'],

  ['going on from a user message', { continue_final_message: true }, 'invalid_request', /^$|continue_final_message/],
  [
    'going on and beginning anew',
    {
      messages: [user, { role: 'assistant', content: 'Hi' }],
      continue_final_message: true,
      add_generation_prompt: true,
    },
    'invalid_request',
    'continue_final_message',
  ],
];

/** Fields that are known and cannot be honoured, with a value that asks for something. */
const refused: Body = {
  bad_words: ['foo'],
  allowed_token_ids: [1, 2],
  prompt_logprobs: 1,
  store: true,
  service_tier: 'flex',
  verbosity: 'low',
  modalities: ['text', 'audio'],
  audio: { voice: 'alloy', format: 'wav' },
  prediction: { type: 'content', content: 'Hello' },
  moderation: { model: 'x' },
  web_search_options: {},
  enable_code_interpreter: true,
  documents: [{ title: 'Note', text: 'Hello' }],
  chat_template: '{{ messages }}',
  add_special_tokens: true,
  echo: true,
  skip_special_tokens: false,
  length_penalty: 2,
  use_beam_search: true,
  best_of: 2,
  truncate_prompt_tokens: 10,
  return_token_ids: true,
  return_tokens_as_token_ids: true,
  return_prompt_text: true,
  logprob_token_ids: [1],
  stream_interval: 2,
  repetition_detection: { max_repetitions: 5 },
  lora_path: 'adapter',
  cache_prompt: false,
  kv_transfer_params: {},
  vllm_xargs: { a: '1' },
  separate_reasoning: false,
  stream_reasoning: false,
  preserve_thinking: true,
  add_generation_prompt: false,
};

/** The same fields with the values that clients write out and that ask for nothing. */
const harmless: Body = {
  store: false,
  service_tier: 'auto',
  verbosity: 'medium',
  modalities: ['text'],
  audio: null,
  best_of: 1,
  echo: false,
  skip_special_tokens: true,
  separate_reasoning: true,
  stream_reasoning: true,
  add_generation_prompt: true,
  logit_bias: null,
  stop: null,
  tools: [],
  tool_choice: 'auto',
  response_format: { type: 'text' },
  user: 'user-123',
  metadata: { sessionId: 'a1' },
  parallel_tool_calls: true,
};

test('fields', async (t) => {
  for (const [name, fields, code, param] of cases)
    await t.test(name, async () => {
      const error = await readError(await post(server, { ...hello, ...fields }), code);
      if (param instanceof RegExp) assert.match(error.param ?? '', param);
      else assert.equal(error.param, param);
      const [named] = /^[a-z_]+/.exec(error.param ?? '') ?? [];
      if (named) assert.ok(error.message.includes(named), `${error.message} does not name ${named}`);
    });
});

test('fields that cannot be honoured', async (t) => {
  for (const [field, value] of Object.entries(refused))
    await t.test(field, async () => {
      const error = await readError(await post(server, { ...hello, [field]: value }), 'unsupported_field');
      assert.equal(error.param, field);
      assert.ok(error.message.includes(field));
    });
  await t.test('but values that ask for nothing are', async () => {
    const { answers } = await reply(server, { ...hello, ...harmless, max_tokens: 3 });
    assert.equal(answers[0]?.content, (await reply(server, { ...hello, max_tokens: 3 })).answers[0]?.content);
  });
  await t.test('enable_search without a provider', async () => {
    const error = await readError(await post(server, { ...hello, enable_search: true }), 'search_not_configured');
    assert.equal(error.param, 'enable_search');
    assert.match(error.message, /--search/);
  });
});

test('values at the ends of their ranges are honoured', async (t) => {
  const least = Number.MIN_VALUE;
  const ends: Body[] = [
    { temperature: 0 },
    { temperature: least },
    { temperature: 2 },
    { top_p: least },
    { top_p: 1 },
    { top_k: -1 },
    { top_k: 0 },
    { top_k: Number.MAX_SAFE_INTEGER },
    { min_p: 0 },
    { min_p: least },
    { min_p: 1 },
    { presence_penalty: -2, frequency_penalty: -2 },
    { presence_penalty: 2, frequency_penalty: 2 },
    { repetition_penalty: least },
    { repetition_penalty: 100 },
    { logit_bias: { '0': -100, '5': 100 } },
    { max_tokens: Number.MAX_SAFE_INTEGER },
    { seed: 0 },
    { seed: -(2 ** 63) },
    { seed: 2 ** 63 },
    { n: 16 },
    { thinking_budget: 0, enable_thinking: true },
    { logprobs: true, top_logprobs: 20 },
    { logprobs: true, repetition_penalty: least },
    { priority: 1000 },
    { priority: -1000 },
    { min_tokens: 3 },
  ];
  for (const fields of ends)
    await t.test(JSON.stringify(fields), async () => {
      await reply(server, ask('Hello', { temperature: 1, seed: 1, max_tokens: 4, ...fields }));
    });
});

test('the body', async (t) => {
  const texts: { [name: string]: string } = {
    nothing: '',
    'broken JSON': '{"messages": [',
    'JSON with a comma too many': '{"messages": [],}',
    'a text': 'Hello',
    NaN: '{"temperature": NaN}',
    'control characters': '\u0000\u0001',
  };
  for (const [name, text] of Object.entries(texts))
    await t.test(name, async () => {
      const error = await readError(await post(server, text), 'invalid_json');
      assert.equal(error.param, null);
    });
  for (const [name, value] of Object.entries({ null: null, 'a list': [], 'a number': 1, 'a text in quotes': 'Hello' }))
    await t.test(name, async () => {
      const error = await readError(await post(server, JSON.stringify(value)), 'invalid_request');
      assert.equal(error.param, null);
      assert.match(error.message, /the body/);
    });
  await t.test('nested ten thousand deep', async () => {
    const depth = 10_000;
    const metadata = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const text = JSON.stringify({ ...hello, x: 0 }).replace('"x":0', `"x":${metadata}`);
    const response = await post(server, text);
    assert.ok(response.status === 200 || response.status === 400, String(response.status));
    await response.text();
  });
  await t.test('prototype keys', async () => {
    const text = JSON.stringify({ ...hello, x: 0 }).replace('"x":0', '"__proto__":{"n":17},"constructor":{"a":1}');
    assert.equal((await post(server, text)).status, 200);
    assert.equal(({} as Body).n, undefined);
  });

  await t.test('of another type', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'jsonx',
    ]) {
      const error = await readError(
        await post(server, hello, { headers: { 'content-type': type } }),
        'unsupported_media_type',
      );
      assert.ok(error.message.includes('application/json'));
    }
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.x+json'])
      assert.equal((await post(server, hello, { headers: { 'content-type': type } })).status, 200);
  });

  await t.test('too big, with a length or without', async (t) => {
    const small = await testServer({ maxBodyBytes: 2000 });
    t.after(() => small.stop(0));
    const big = ask('x'.repeat(3000));
    await readError(await post(small, big), 'request_too_large');
    await readError(await post(small, big, { path: `/compatible-mode${CHAT}` }), 'request_too_large');
    const bytes = new TextEncoder().encode(JSON.stringify(big));
    const chunked = await fetch(small.url + CHAT, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 500) controller.enqueue(bytes.subarray(at, at + 500));
          controller.close();
        },
      }),
      duplex: 'half',
    } as RequestInit);
    await readError(chunked, 'request_too_large');
    assert.equal((await post(small, hello)).status, 200);
  });
});

test('a body that nobody read does not take the connection from the next request', async (t) => {
  const big = 'x'.repeat(500_000);
  const refusals: [name: string, path: string, headers: Record<string, string>][] = [
    ['an unknown path', '/v1/nothing', {}],
    ['a wrong method', '/v1/models', {}],
    ['a wrong content type', CHAT, { 'content-type': 'text/plain' }],
  ];
  for (const [name, path, headers] of refusals)
    await t.test(name, async () => {
      await (await post(server, big, { path, headers })).text();
      const end = performance.now() + 800;
      while (performance.now() < end) await reply(server, ask('Hello', { max_tokens: 4 }));
    });
});

test('keys', async (t) => {
  const locked = await testServer({ apiKeys: ['sk-right'] });
  t.after(() => locked.stop(0));
  const wrong: Record<string, string>[] = [
    {},
    { authorization: 'Bearer sk-wrong' },
    { authorization: 'sk-right' },
    { authorization: 'Basic sk-right' },
    { authorization: 'Bearer ' },
    { 'x-api-key': 'sk-wrong' },
    { 'x-api-key': '' },
  ];
  for (const headers of wrong)
    await t.test(JSON.stringify(headers), async () => {
      const error = await readError(await post(locked, hello, { headers }), 'invalid_api_key');
      assert.doesNotMatch(error.message, /sk-/);
      await readError(await fetch(`${locked.url}/v1/models`, { headers }), 'invalid_api_key');
      await readError(await fetch(`${locked.url}/metrics`, { headers }), 'invalid_api_key');
      // Nor does an error tell what is there.
      await readError(await fetch(`${locked.url}/v1/secret`, { headers }), 'invalid_api_key');
    });
  for (const headers of [
    { authorization: 'Bearer sk-right' },
    { authorization: 'bearer sk-right' },
    { 'x-api-key': 'sk-right' },
  ])
    await t.test(JSON.stringify(headers), async () => {
      assert.equal((await post(locked, hello, { headers: headers as Record<string, string> })).status, 200);
    });
  await t.test('none for the health', async () => {
    assert.equal((await fetch(`${locked.url}/health`)).status, 200);
    assert.equal((await fetch(`${locked.url}/version`)).status, 200);
  });
});

test('paths and methods', async (t) => {
  for (const path of ['/v1', '/v1/chat', '/v1/embeddings', '/v2/chat/completions', '/v1/chat/completions/x'])
    await t.test(`POST ${path}`, async () => {
      await readError(await post(server, hello, { path }), 'not_found');
    });
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
    for (const path of [CHAT, `/compatible-mode${CHAT}`])
      await t.test(`${method} ${path}`, async () => {
        await readError(await fetch(server.url + path, { method }), 'method_not_allowed');
      });
  for (const path of ['/v1/models', '/compatible-mode/v1/models', '/v1/models/qwen3.5-plus', '/health', '/metrics'])
    await t.test(`POST ${path}`, async () => {
      await readError(await post(server, {}, { path }), 'method_not_allowed');
    });
  await t.test('Allow says what is allowed', async () => {
    const refused = await fetch(server.url + CHAT);
    await refused.text();
    assert.match(refused.headers.get('allow') ?? '', /POST/);
  });
  for (const id of ['gpt-4', 'a/b', '%E2%80%A6', '%2e%2e%2fx', '%', '%zz', '__proto__'])
    await t.test(`the model ${id}`, async () => {
      await readError(await fetch(`${server.url}/v1/models/${id}`), 'model_not_found');
    });
});

/** fetch does not let anybody choose the Host header. */
function withHost(host: string): Promise<Response> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path: '/v1/models', headers: { host } }, async (incoming) => {
      const headers = Object.entries(incoming.headers).map(
        ([name, value]) => [name, String(value)] as [string, string],
      );
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      resolve(new Response(Buffer.concat(parts), { status: incoming.statusCode ?? 0, headers }));
    });
    request.once('error', reject);
    request.end();
  });
}

test('a Host header of somebody else', async () => {
  const { port } = new URL(server.url);
  for (const host of ['evil.example', `evil.example:${port}`, '10.0.0.1', 'localhost.evil.example', '127.0.0.1.evil'])
    await readError(await withHost(host), 'permission_denied');
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', `[::1]:${port}`])
    checked(modelList, await (await withHost(host)).json());
});

test('a page of another site gets nothing', async () => {
  const response = await fetch(`${server.url}/v1/models`, { headers: { origin: 'https://evil.example' } });
  assert.equal(response.headers.get('access-control-allow-origin'), null);
  const preflight = await fetch(server.url + CHAT, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.headers.get('access-control-allow-origin'), null);
  assert.notEqual(preflight.status, 200);
  assert.notEqual(preflight.status, 204);
});

test('whatever was refused, nothing runs on', async () => {
  await untilIdle(server);
  const { answers } = await reply(server, ask(examples.capital.question));
  assert.equal(answers[0]?.content, examples.capital.answer);
});
