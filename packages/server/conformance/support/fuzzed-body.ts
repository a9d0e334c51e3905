import { chatCompletionRequestFields } from '@lantern/api';
import fc from 'fast-check';
import * as examples from './examples.ts';
import { CHAT } from './http.ts';

export type Fuzzed = { path: string; text: string };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const user = { role: 'user', content: 'Hello' };

/** Bodies that are right, for what grows out of them. */
const chats: Json[] = [
  { model: 'qwen3.5-plus', messages: [user], max_tokens: 2, temperature: 0 },
  { messages: [user], max_completion_tokens: 1, stream: true, stream_options: { include_usage: true } },
  { messages: [user], max_tokens: 2, n: 2, seed: 3, temperature: 1.5, top_p: 0.9, top_k: 20, min_p: 0.1, stop: ['x'] },
  { messages: [user], max_tokens: 2, logprobs: true, top_logprobs: 2, logit_bias: { '5': 3 }, stop_token_ids: [4] },
  { messages: [user], max_tokens: 2, enable_thinking: true, thinking_budget: 1, reasoning_effort: 'low', stream: true },
  { messages: [user], max_tokens: 2, enable_auto: true, chat_template_kwargs: { enable_thinking: false } },
  {
    messages: [user],
    max_tokens: 2,
    tools: [examples.getWeather as Json],
    tool_choice: 'auto',
    parallel_tool_calls: false,
  },
  {
    max_tokens: 2,
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be concise.' }] },
      user,
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'I call.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"city":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"temperature":11}' },
    ],
  },
  {
    max_tokens: 1,
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: examples.pngUrl } }] }],
  },
  { messages: [user, { role: 'assistant', content: 'He', partial: true }], max_tokens: 2 },
  {
    messages: [user],
    max_tokens: 2,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', strict: true, schema: { type: 'object', properties: { b: { type: 'string' } } } },
    },
  },
  { messages: [user], max_tokens: 2, structured_outputs: { regex: '[a-z]{1,3}' } },
];

const others: [path: string, body: Json][] = [
  ['/v1/completions', { prompt: 'Once upon', max_tokens: 2, echo: true, logprobs: 2, n: 2, stream: false }],
  ['/v1/completions', { prompt: [1, 2, 3], max_tokens: 1, stream: true, temperature: 1, seed: 3 }],
  [
    '/v1/messages',
    {
      model: 'qwen3.5-plus',
      max_tokens: 2,
      system: 'Be concise.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      tools: [{ name: 'f', input_schema: { type: 'object', properties: {} } }],
      stop_sequences: ['x'],
    },
  ],
  ['/v1/messages/count_tokens', { model: 'qwen3.5-plus', messages: [user] }],
  [
    '/v1/responses',
    { model: 'qwen3.5-plus', input: [user], max_output_tokens: 2, store: false, reasoning: { effort: 'none' } },
  ],
  [
    '/v1/messages',
    {
      model: 'qwen3.5-plus',
      max_tokens: 2,
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    },
  ],
  [
    '/v1/responses',
    {
      model: 'qwen3.5-plus',
      input: 'Hello',
      instructions: 'Be concise.',
      max_output_tokens: 2,
      stream: true,
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }],
    },
  ],
  ['/tokenize', { messages: [user], tools: [examples.getWeather as Json], add_generation_prompt: true }],
  ['/tokenize', { prompt: 'Hello', add_special_tokens: false }],
  ['/detokenize', { tokens: [1, 2, 3] }],
];

/** Names that every program may send, and names that only trouble brings. */
const names = [
  ...chatCompletionRequestFields,
  'constructor',
  'prototype',
  '__proto__',
  'toString',
  'hasOwnProperty',
  '',
  'a.b[0]',
  '💥',
];

function nested(depth: number, kind: 'list' | 'object' | 'schema'): Json {
  let value: Json = 'x';
  for (let i = 0; i < depth; i++)
    value = kind === 'list' ? [value] : kind === 'object' ? { a: value } : { type: 'object', properties: { a: value } };
  return value;
}

const strange: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -0, 1, 2, -1, 16, 17, 1.5, 0.1, -2.1, 5e-324),
  fc.constantFrom<Json>(1e308, -1e308, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 64, 1e21),
  fc.constantFrom<Json>('', ' ', '\n', '\u0000', '💥', '\ud800', '\u202e', '\ufeff', 'e\u0301', 'NaN', '-1', '1'),
  fc.constantFrom<Json>('<|im_end|>', '</think>', '<tool_call>', '{{ x }}', '{% raw %}', '[DONE]', 'a'.repeat(3000)),
  fc.constantFrom<Json>('auto', 'none', 'required', 'user', 'tool', 'assistant', 'text', 'function', '[', '(?<a'),
  fc.constantFrom<Json>([], {}, [[]], [{}], [null], { a: null }, [[1, 2]], ['a', 1], { type: 'text' }, { '-1': 1 }),
  fc
    .tuple(fc.integer({ min: 1, max: 2000 }), fc.constantFrom('list', 'object', 'schema'))
    .map((args) => nested(...args)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
);

type Change =
  | { kind: 'replace'; place: number; value: Json }
  | { kind: 'remove'; place: number }
  | { kind: 'add'; place: number; name: string; value: Json }
  | { kind: 'repeat'; place: number; times: number };

const place = fc.nat({ max: 200 });

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), place, value: strange }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), place }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      place: fc.oneof(fc.constant(0), place),
      name: fc.constantFrom(...names),
      value: strange,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('repeat' as const), place, times: fc.integer({ min: 2, max: 12 }) }),
  },
);

/** Changes of the text itself, after which it is seldom JSON. */
const textChange: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => text) },
  { weight: 1, arbitrary: fc.nat({ max: 400 }).map((at) => (text: string) => text.slice(0, at)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat({ max: 400 }), fc.constantFrom('"', '{', '}', ',', '\u0000', '\\u', '💥', 'NaN', '1e999'))
      .map(
        ([at, piece]) =>
          (text: string) =>
            text.slice(0, at) + piece + text.slice(at),
      ),
  },
  { weight: 1, arbitrary: fc.constant((text: string) => text.replaceAll(/(?<=:)-?\d+(?=[,}])/g, '1e400')) },
  { weight: 1, arbitrary: fc.constant((text: string) => text.replace(/"[a-z_]+":/, (key) => `${key}1,${key}`)) },
);

const seed: fc.Arbitrary<[path: string, body: Json]> = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(...chats).map((body): [string, Json] => [CHAT, body]) },
  { weight: 3, arbitrary: fc.constantFrom(...others) },
);

/** Bodies that began right and went wrong in a few places, or in none. */
export const fuzzedBody: fc.Arbitrary<Fuzzed> = fc
  .tuple(seed, fc.array(change, { maxLength: 4 }), textChange)
  .map(([[path, body], changes, changeText]) => {
    const changed = changes.reduce((value, one) => applied(copy(value), one), body);
    return { path, text: changeText(JSON.stringify(briefly(changed))) };
  });

type Holder = { [key: string]: Json };

/** Every place in a value at which something can be changed: what holds it, and its key there. */
function places(value: Json, found: [holder: Holder, key: string][] = [], depth = 0): [holder: Holder, key: string][] {
  if (typeof value !== 'object' || value === null || depth > 8) return found;
  for (const [key, item] of Object.entries(value)) {
    found.push([value as Holder, key]);
    places(item, found, depth + 1);
  }
  return found;
}

/** Nothing is shared with what it is a copy of, however deep it goes. */
function copy(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function applied(body: Json, change: Change): Json {
  const all = places(body);
  const [holder, key] = all[change.place % Math.max(1, all.length)] ?? [null, ''];
  switch (change.kind) {
    case 'replace':
      if (!holder) return change.value;
      put(holder, key, copy(change.value));
      return body;
    case 'remove':
      if (holder) Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key];
      return body;
    case 'add': {
      const at = change.place === 0 || !holder ? body : holder[key];
      if (Array.isArray(at)) at.push(copy(change.value));
      else if (typeof at === 'object' && at !== null) put(at, change.name, copy(change.value));
      return body;
    }
    case 'repeat':
      if (holder)
        put(
          holder,
          key,
          Array.from({ length: change.times }, () => copy(holder[key]!)),
        );
      return body;
  }
}

/** Sets a key as JSON.parse does: `__proto__` too is one like any other. */
function put(holder: Holder, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Keeps a body that is right from being a long answer. */
function briefly(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const limits = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];
  const given = limits.filter((name) => typeof body[name] === 'number' && body[name] > 2);
  if (limits.every((name) => body[name] === undefined || body[name] === null)) return { ...body, max_tokens: 2 };
  return { ...body, ...Object.fromEntries(given.map((name) => [name, 2])) };
}
