import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ResponseRequest, responseRequest } from '@lantern/api';
import { ApiError } from '../http/api-error.ts';
import { conversationOf } from './conversation-of.ts';
import { encodeReasoning } from './reasoning-code.ts';
import { responseChat } from './response-chat.ts';
import { ResponseStore } from './response-store.ts';

const store = new ResponseStore();

function chatOf(body: unknown) {
  const request: ResponseRequest = responseRequest.parse(body);
  const { chat } = responseChat(request, conversationOf(request, 'abc', store));
  return JSON.parse(JSON.stringify(chat)) as { [field: string]: unknown };
}

function refusal(body: unknown): [code: string, param: string | null] {
  try {
    chatOf(body);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    assert.ok(error.param === null || error.message.startsWith(error.param), error.message);
    assert.doesNotMatch(error.message, /\n/);
    return [error.code, error.param];
  }
  throw new Error('it was taken');
}

const refused = (param: string): [string, string] => ['unsupported_field', param];
const badContent = (param: string): [string, string] => ['unsupported_content', param];
const wrong = (param: string): [string, string] => ['invalid_request', param];

test('a text is the message of a user, after the instructions', () => {
  assert.deepEqual(chatOf({ input: 'Hello', instructions: 'Be brief.' }).messages, [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
  ]);
});

test('items of one turn are one message', () => {
  const thought = { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] };
  const said = (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
  const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{"a":1}' });
  const sent = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } });
  const input = [
    { role: 'developer', content: 'One.' },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'a' },
        { type: 'input_text', text: 'b' },
      ],
    },
    thought,
    said('Wait.'),
    call('c1'),
    call('c2'),
    { type: 'function_call_output', call_id: 'c1', output: '7' },
    { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: '8' }] },
    thought,
    said('Seven.'),
    said('Eight.'),
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    { type: 'web_search_call', id: 'ws', status: 'completed' },
    call('c3'),
  ];
  assert.deepEqual(chatOf({ input }).messages, [
    { role: 'system', content: 'One.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'assistant', content: 'Wait.', reasoning_content: 'Hm.', tool_calls: [sent('c1'), sent('c2')] },
    { role: 'tool', tool_call_id: 'c1', content: '7' },
    { role: 'tool', tool_call_id: 'c2', content: '8' },
    { role: 'assistant', content: 'Seven.', reasoning_content: 'Hm.' },
    { role: 'assistant', content: 'Eight.' },
    { role: 'assistant', content: 'No.', tool_calls: [sent('c3')] },
  ]);
});

test('thoughts come back in any form', () => {
  const thought = (fields: object) =>
    (
      chatOf({
        input: [
          { role: 'user', content: 'x' },
          { type: 'reasoning', summary: [], ...fields },
        ],
      }).messages as { reasoning_content?: string }[]
    )[1]?.reasoning_content;
  assert.equal(thought({ content: [{ type: 'reasoning_text', text: 'in the clear' }] }), 'in the clear');
  assert.equal(thought({ encrypted_content: encodeReasoning('ours – 前') }), 'ours – 前');
  assert.equal(thought({ encrypted_content: 'theirs', summary: [{ type: 'summary_text', text: 'short' }] }), 'short');
  assert.equal(thought({ encrypted_content: 'theirs' }), '');
});

test('fields are those of a chat', () => {
  const parameters = { type: 'object', properties: {} };
  const schema = { type: 'object' };
  const chat = chatOf({
    model: 'm',
    input: 'x',
    max_output_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    seed: 4,
    reasoning: { effort: 'low', summary: 'auto' },
    text: { format: { type: 'json_schema', name: 'answer', schema, strict: true }, verbosity: 'medium' },
    tools: [{ type: 'function', name: 'f', description: 'F', parameters, strict: false }],
    tool_choice: { type: 'function', name: 'f' },
    parallel_tool_calls: false,
    include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
    top_logprobs: 2,
    thinking_budget: 5,
    user: 'ada',
  });
  assert.deepEqual(chat, {
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    max_completion_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    seed: 4,
    reasoning_effort: 'low',
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    verbosity: 'medium',
    tools: [{ type: 'function', function: { name: 'f', description: 'F', parameters, strict: false } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: false,
    logprobs: true,
    top_logprobs: 2,
    thinking_budget: 5,
    user: 'ada',
  });
  for (const format of [{ type: 'text' }, { type: 'json_object' }])
    assert.deepEqual(chatOf({ input: 'x', text: { format } }).response_format, format);
  for (const choice of ['none', 'auto', 'required'])
    assert.equal(chatOf({ input: 'x', tool_choice: choice }).tool_choice, choice);
  const some = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] };
  assert.deepEqual(chatOf({ input: 'x', tool_choice: some }).tool_choice, {
    type: 'allowed_tools',
    allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
  });
});

test('a search tool is the search of the server', () => {
  const tool = { type: 'web_search', filters: { allowed_domains: ['example.com'] }, search_context_size: 'high' };
  const chat = chatOf({ input: 'x', tools: [tool], tool_choice: { type: 'web_search' } });
  assert.deepEqual(chat.search_options, {
    assigned_site_list: ['example.com'],
    search_strategy: 'max',
    forced_search: true,
  });
  assert.equal(chat.enable_search, true);
  assert.equal(chat.tools, undefined);
  assert.deepEqual(
    refusal({ input: 'x', tools: [{ ...tool, user_location: { type: 'approximate' } }] }),
    refused('tools[0].user_location'),
  );
  assert.deepEqual(
    refusal({ input: 'x', tools: [{ type: 'web_search', filters: { blocked: [] } }] }),
    refused('tools[0].filters'),
  );
  assert.deepEqual(refusal({ input: 'x', tool_choice: { type: 'web_search' } }), wrong('tool_choice'));
  assert.deepEqual(refusal({ input: 'x', tools: [tool], max_tool_calls: 2 }), refused('max_tool_calls'));
});

test('a picture goes to the chat, which decides', () => {
  const content = [
    { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
    { type: 'input_image', file_id: 'file-1' },
    { type: 'input_file', file_id: 'file-2' },
    { type: 'input_file', file_data: 'data:;base64,AA==', filename: 'a.png' },
  ];
  const parts = [
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
    { type: 'image_url', image_url: { url: 'file-1' } },
    { type: 'file', file: { file_id: 'file-2' } },
    { type: 'file', file: { file_data: 'data:;base64,AA==' } },
  ];
  assert.deepEqual(chatOf({ input: [{ role: 'user', content }] }).messages, [{ role: 'user', content: parts }]);
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
  const output = { type: 'function_call_output', call_id: 'c', output: content };
  assert.deepEqual((chatOf({ input: [call, output] }).messages as unknown[])[1], {
    role: 'tool',
    tool_call_id: 'c',
    content: parts,
  });
});

test('what cannot be honoured is refused by name', () => {
  const cases: [body: object, expected: [string, string]][] = [
    [{ background: true }, refused('background')],
    [{ conversation: 'conv_1' }, refused('conversation')],
    [{ prompt: { id: 'p' } }, refused('prompt')],
    [{ truncation: 'auto' }, refused('truncation')],
    [{ service_tier: 'priority' }, refused('service_tier')],
    [{ context_management: [{ type: 'compaction' }] }, refused('context_management')],
    [{ tools: [{ type: 'code_interpreter' }] }, refused('tools[0].type')],
    [{ tools: [{ type: 'web_search_image' }] }, refused('tools[0].type')],
    [{ include: ['x'] }, wrong('include[0]')],
    [{ top_logprobs: 3 }, wrong('top_logprobs')],
    [{ stream_options: {} }, wrong('stream_options')],
    [
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] } },
      refused('tool_choice.tools[0]'),
    ],
    [
      { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://example.com/a.png' }] }] },
      badContent('input[0].content[0].file_url'),
    ],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, wrong('input[0].content[0]')],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'u', file_id: 'f' }] }] },
      wrong('input[0].content[0]'),
    ],
    [
      { input: [{ role: 'system', content: [{ type: 'input_image', image_url: 'u' }] }] },
      badContent('input[0].content[0]'),
    ],
    [{ input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '[1]' }] }, wrong('input[0].arguments')],
    [{ input: [{ type: 'function_call_output', call_id: 'c', output: '' }] }, wrong('input[0].call_id')],
    [{ input: [{ type: 'item_reference', id: 'msg_x' }] }, ['response_not_found', 'input[0].id']],
    [{ previous_response_id: 'resp_x' }, ['response_not_found', 'previous_response_id']],
  ];
  for (const [body, expected] of cases) {
    if (expected[0] === 'response_not_found')
      assert.throws(() => chatOf({ input: 'x', ...body }), { code: expected[0], param: expected[1] });
    else assert.deepEqual(refusal({ input: 'x', ...body }), expected, JSON.stringify(body));
  }
  chatOf({ input: 'x', background: false, truncation: 'disabled', service_tier: 'auto', max_tool_calls: 3 });
  chatOf({ input: 'x', background: null, conversation: null, include: [], tools: [], context_management: [] });
});
