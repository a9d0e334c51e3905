import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatCompletion } from '../chat/chat-completion.ts';
import { chatCompletionRequest } from '../chat/chat-completion-request.ts';
import { responseRequest } from '../responses/response-request.ts';
import { unknownFields } from './unknown-fields.ts';

test('names fields that nothing describes, however deep', () => {
  const body = {
    guided_regex: 'a+',
    messages: [
      { role: 'user', content: 'Hi', mood: 'good' },
      { role: 'user', content: [{ type: 'text', text: 'Hi', lang: 'en' }] },
      { role: 'assistant', tool_calls: [{ function: { name: 'a', arguments: { any: 1 } } }] },
    ],
    stream_options: { include_usage: true, 'odd name': 1 },
    chat_template_kwargs: { anything: 1 },
    tools: [{ type: 'function', function: { name: 'a', parameters: { anything: {} } } }],
    metadata: { anything: 'x' },
    logprobs: null,
  };
  assert.deepEqual(unknownFields(chatCompletionRequest, chatCompletionRequest.parse(body)).toSorted(), [
    'guided_regex',
    'messages[0].mood',
    'messages[1].content[0].lang',
    'stream_options["odd name"]',
  ]);
  const input = [
    { role: 'user', content: 'x', a: 1 },
    { type: 'item_reference', id: 'i', b: 1 },
  ];
  assert.deepEqual(unknownFields(responseRequest, { input }), ['input[0].a', 'input[1].b']);
});

test('a reply as described has none', () => {
  const examples = chatCompletion.meta()?.examples;
  assert.ok(Array.isArray(examples));
  assert.deepEqual(unknownFields(chatCompletion, examples[0]), []);
});

test('the names of what every object has are no fields', () => {
  const body = JSON.parse('{"messages":[{"role":"user","content":"Hi"}],"constructor":1,"toString":2}');
  assert.deepEqual(unknownFields(chatCompletionRequest, body), ['constructor', 'toString']);
});
