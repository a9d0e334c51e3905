import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ChatCompletionRequest,
  chatCompletionRequest,
  chatCompletionRequestFields,
} from './chat-completion-request.ts';
import type { ChatMessage } from './chat-message.ts';

const messages = [{ role: 'user', content: 'Hi' }];

test('fills nothing in and keeps what it does not know', () => {
  const body = { messages, foo: { bar: [1] } };
  assert.deepEqual(chatCompletionRequest.parse(body), body);
});

const taken: [what: string, body: object][] = [
  [
    'text with the fields of Model Studio',
    { model: 'qwen3.5-plus', temperature: 0.3, max_tokens: 4096, enable_thinking: true },
  ],
  [
    'null for everything that may be missing',
    Object.fromEntries(chatCompletionRequestFields.map((name) => [name, null])),
  ],
  ['a stop text', { stop: 'END' }],
  ['stop texts', { stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['no stop texts', { stop: [] }],
  ['stop ids', { stop: [1, 2] }],
  ['stop lists of ids', { stop: [[1, 2], [3]] }],
  ['seeds of 64 bits', { seed: -(2 ** 63) }],
  ['top_k off', { top_k: -1 }],
  ['a named tool', { tool_choice: { type: 'function', function: { name: 'a' } } }],
  [
    'allowed tools',
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'a' } }] },
      },
    },
  ],
  ['a tool without parameters', { tools: [{ type: 'function', function: { name: 'now' } }] }],
  ['a schema', { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {}, strict: true } } }],
  ['n of 16', { n: 16 }],
];

for (const [what, body] of taken) {
  test(`takes ${what}`, () => {
    const whole = { ...body, messages };
    assert.deepEqual(chatCompletionRequest.parse(whole), whole);
  });
}

const conversations: [what: string, messages: object[]][] = [
  [
    'every role',
    [
      { role: 'developer', content: 'a' },
      { role: 'system', content: [{ type: 'text', text: 'a' }] },
      { role: 'user', content: 'a', name: 'ada' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'b',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'r' }] },
      { role: 'function', name: 'f', content: null },
    ],
  ],
  [
    'every part of a user',
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
          { type: 'image_url', image_url: { url: 'data:,', detail: 'high' }, min_pixels: 4096, max_pixels: 65536 },
          { type: 'image_url', image_url: 'https://example.com/a.png' },
          { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' }, fps: 2 },
          { type: 'video', video: ['a', 'b', 'c', 'd'], fps: 0.5 },
          { type: 'input_audio', input_audio: { data: 'a', format: 'wav' } },
          { type: 'file', file: { filename: 'a', file_data: 'data:,' } },
        ],
      },
    ],
  ],
  [
    'every part of an assistant',
    [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'a' },
          { type: 'text', text: 'b' },
          { type: 'refusal', refusal: 'c' },
        ],
      },
    ],
  ],
  [
    'a beginning to go on from',
    [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b', partial: true },
    ],
  ],
  ['arguments as an object', [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] }]],
];

for (const [what, conversation] of conversations) {
  test(`takes ${what}`, () => {
    assert.deepEqual(chatCompletionRequest.parse({ messages: conversation }), { messages: conversation });
  });
}

test('reads 200 messages in well under 5 ms', () => {
  const body = {
    messages: Array.from({ length: 200 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text: 'Hello '.repeat(100) }],
    })),
  };
  const times = Array.from({ length: 30 }, () => {
    const started = performance.now();
    chatCompletionRequest.parse(body);
    return performance.now() - started;
  });
  assert.ok(times.toSorted((a, b) => a - b)[15]! < 5);
});

test('the types know their fields and no others', () => {
  const request: ChatCompletionRequest = {
    messages: [{ role: 'user', content: 'Hi' }],
    chat_template_kwargs: { anything: 1 },
    logit_bias: { '5': 1 },
  };
  // @ts-expect-error: a misspelt field
  request.temprature = 1;
  // @ts-expect-error: no such role
  const robot: ChatMessage = { role: 'robot', content: 'x' };
  assert.ok(request && robot);
});
