import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MessagesRequest, messagesRequest } from '@lantern/api';
import { ApiError } from '../http/api-error.ts';
import { messagesChat } from './messages-chat.ts';
import { thinkingSignature } from './thinking-signature.ts';

const hello = [{ role: 'user', content: 'Hello' }];

function chatOf(body: object) {
  const request: MessagesRequest = messagesRequest.parse({ max_tokens: 9, messages: hello, ...body });
  return JSON.parse(JSON.stringify(messagesChat(request).chat)) as { [field: string]: unknown };
}

function refusal(body: object): [code: string, param: string | null] {
  try {
    chatOf(body);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    assert.ok(error.param !== null && error.message.startsWith(error.param), error.message);
    return [error.code, error.param];
  }
  throw new Error(`it was taken: ${JSON.stringify(body)}`);
}

const text = (words: string) => ({ type: 'text', text: words });

test('fields are those of a chat', () => {
  const chat = chatOf({
    model: 'm',
    system: 'Be brief.',
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ['END'],
    metadata: { user_id: 'ada' },
    service_tier: 'auto',
  });
  assert.deepEqual(chat, {
    model: 'm',
    messages: [{ role: 'system', content: 'Be brief.' }, ...hello],
    enable_thinking: false,
    max_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop: ['END'],
    user: 'ada',
  });
});

test('results of tools are messages of their own, in their order', () => {
  const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: { a: 1 } });
  const sent = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: { a: 1 } } });
  const result = (id: string, fields: object) => ({ type: 'tool_result', tool_use_id: id, ...fields });
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: thinkingSignature('Hm.') };
  const messages = [
    { role: 'user', content: [text('a'), { ...text('b'), cache_control: { type: 'ephemeral' } }] },
    { role: 'assistant', content: [thinking, text('Wait.'), use('t1'), use('t2'), use('t3'), use('t4')] },
    {
      role: 'user',
      content: [
        result('t1', { content: 'one' }),
        result('t2', { content: [text('two')] }),
        result('t3', { content: 'no such file', is_error: true }),
        result('t4', { is_error: true }),
        text('And?'),
      ],
    },
    { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'x' }, text('Done.')] },
    { role: 'ctx', content: 'note' },
    { role: 'msg', content: [text('more')] },
  ];
  assert.deepEqual(chatOf({ messages }).messages, [
    { role: 'user', content: [text('a'), text('b')] },
    {
      role: 'assistant',
      content: 'Wait.',
      tool_calls: ['t1', 't2', 't3', 't4'].map(sent),
      reasoning_content: 'Hm.',
    },
    { role: 'tool', tool_call_id: 't1', content: 'one' },
    { role: 'tool', tool_call_id: 't2', content: 'two' },
    { role: 'tool', tool_call_id: 't3', content: 'Error: no such file' },
    { role: 'tool', tool_call_id: 't4', content: 'Error: ' },
    { role: 'user', content: 'And?' },
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'note' },
    { role: 'user', content: 'more' },
  ]);
});

test('system prompts come as texts, as blocks and as messages', () => {
  const system = [text('x-anthropic-billing-header: cc_version=1; cch=ab12;'), text('One.'), text('Two.')];
  const messages = [...hello, { role: 'system', content: [text('Three.')] }];
  assert.deepEqual(chatOf({ system, messages }).messages, [
    { role: 'system', content: 'One.' },
    { role: 'system', content: 'Two.' },
    ...hello,
    { role: 'system', content: 'Three.' },
  ]);
});

test('thinking is off unless it is asked for', () => {
  const thinking = (fields: object) => {
    const { messages: _, max_tokens: __, ...rest } = chatOf(fields);
    return rest;
  };
  assert.deepEqual(thinking({}), { enable_thinking: false });
  assert.deepEqual(thinking({ thinking: { type: 'disabled' } }), { enable_thinking: false });
  assert.deepEqual(thinking({ output_config: { effort: 'high' } }), { enable_thinking: false });
  assert.deepEqual(thinking({ thinking: { type: 'enabled', budget_tokens: 50 } }), {
    enable_thinking: true,
    thinking_budget: 50,
  });
  assert.deepEqual(thinking({ thinking: { type: 'enabled', budget_tokens: 50, display: 'omitted' } }), {
    enable_thinking: true,
    thinking_budget: 50,
    include_reasoning: false,
  });
  assert.deepEqual(thinking({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }), {
    enable_auto: true,
    reasoning_effort: 'low',
  });
});

test('tools and their choice', () => {
  const tools = [{ name: 'f', description: 'F', input_schema: { type: 'object' }, type: 'custom' }];
  const choice = (tool_choice: object) => {
    const { tool_choice: made, parallel_tool_calls: parallel } = chatOf({ tools, tool_choice });
    return [made, parallel];
  };
  assert.deepEqual(chatOf({ tools }).tools, [
    { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' } } },
  ]);
  assert.deepEqual(choice({ type: 'auto' }), ['auto', undefined]);
  assert.deepEqual(choice({ type: 'auto', disable_parallel_tool_use: true }), ['auto', false]);
  assert.deepEqual(choice({ type: 'any', disable_parallel_tool_use: false }), ['required', undefined]);
  assert.deepEqual(choice({ type: 'none' }), ['none', undefined]);
  assert.deepEqual(choice({ type: 'tool', name: 'f' }), [{ type: 'function', function: { name: 'f' } }, undefined]);
});

test('a format is a strict schema', () => {
  const schema = { type: 'object' };
  assert.deepEqual(chatOf({ output_config: { format: { type: 'json_schema', schema } } }).response_format, {
    type: 'json_schema',
    json_schema: { name: 'answer', schema, strict: true },
  });
});

test('pictures go to the chat, documents of plain text are texts', () => {
  const content = [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
    { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    { type: 'image', source: { type: 'file', file_id: 'file-1' } },
    { type: 'document', title: 'Note', source: { type: 'text', media_type: 'text/plain', data: 'Hi.' } },
  ];
  assert.deepEqual(chatOf({ messages: [{ role: 'user', content }] }).messages, [
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        { type: 'image_url', image_url: { url: 'file-1' } },
        text('Note\n\nHi.'),
      ],
    },
  ]);
});

test('an answer that has begun goes on', () => {
  const chat = chatOf({ messages: [...hello, { role: 'assistant', content: 'Good' }] });
  assert.equal(chat.continue_final_message, true);
});

test('what cannot be honoured is refused by name', () => {
  const user = (block: object) => ({ messages: [{ role: 'user', content: [block] }] });
  const assistant = (block: object) => ({ messages: [{ role: 'assistant', content: [block] }, ...hello] });
  const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' } };
  const use = { type: 'tool_use', id: 't1', name: 'f', input: {} };
  const cases: [body: object, code: string, param: string][] = [
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'unsupported_field', 'tools[0].type'],
    [{ mcp_servers: [{ url: 'x' }] }, 'unsupported_field', 'mcp_servers'],
    [{ container: 'c' }, 'unsupported_field', 'container'],
    [{ service_tier: 'priority' }, 'unsupported_field', 'service_tier'],
    [{ inference_geo: 'eu' }, 'unsupported_field', 'inference_geo'],
    [
      { context_management: { edits: [{ type: 'clear_thinking_20251015' }, { type: 'clear_tool_uses_20250919' }] } },
      'unsupported_field',
      'context_management.edits[1]',
    ],
    [user(pdf), 'unsupported_content', 'messages[0].content[0].source'],
    [user(use), 'invalid_request', 'messages[0].content[0]'],
    [assistant({ type: 'image', source: { type: 'url', url: 'u' } }), 'invalid_request', 'messages[0].content[0]'],
    [
      user({ type: 'tool_result', tool_use_id: 't9', content: 'x' }),
      'invalid_request',
      'messages[0].content[0].tool_use_id',
    ],
    [{ messages: [...hello, { role: 'assistant', content: [use] }] }, 'invalid_request', 'messages[1].content[0]'],
    [
      assistant({ type: 'thinking', thinking: 'Hm!', signature: thinkingSignature('Hm.') }),
      'invalid_request',
      'messages[0].content[0].signature',
    ],
  ];
  for (const [body, ...expected] of cases) assert.deepEqual(refusal(body), expected, JSON.stringify(body));
  for (const signature of ['', null, 'EqQBCkYIAhgCIkDFFVW3'])
    chatOf(assistant({ type: 'thinking', thinking: 'a', signature }));
  chatOf({ mcp_servers: [], container: null, inference_geo: 'global', context_management: { edits: [] } });
  chatOf({ context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } });
});
