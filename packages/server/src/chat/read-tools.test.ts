import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatCompletionRequest, ChatToolChoice } from '@lantern/api';
import { ApiError } from '../http/api-error.ts';
import { readTools } from './read-tools.ts';

const tool = (name: string, parameters?: { [key: string]: unknown }) => ({
  type: 'function' as const,
  function: { name, ...(parameters && { parameters }) },
});
const tools = [tool('a'), tool('b', { type: 'object', properties: { x: { type: 'string' } } })];
const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'Hi' }];
const read = (rest: Partial<ChatCompletionRequest>) => readTools({ messages, ...rest });
const named = (name: string) => ({ type: 'function' as const, function: { name } });
const allowed = (mode: 'auto' | 'required', ...names: string[]): ChatToolChoice => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: names.map(named) },
});

test('every form of tool_choice', () => {
  const told = (choice?: ChatToolChoice) => {
    const { offered, callable, mode, isParallel } = read({ tools, ...(choice && { tool_choice: choice }) });
    return [offered.length, callable, mode, isParallel];
  };
  assert.deepEqual(told(), [2, null, 'auto', true]);
  assert.deepEqual(told('auto'), [2, null, 'auto', true]);
  assert.deepEqual(told('none'), [0, null, 'auto', true]);
  assert.deepEqual(told('required'), [2, null, 'required', true]);
  assert.deepEqual(told(named('b')), [2, ['b'], 'required', false]);
  assert.deepEqual(told(allowed('auto', 'a')), [1, null, 'auto', true]);
  assert.deepEqual(told(allowed('required', 'a', 'b')), [2, ['a', 'b'], 'required', true]);
});

test('the older forms, and one call at a time', () => {
  const functions = [{ name: 'f' }];
  assert.deepEqual(read({ functions }).offered, [tool('f')]);
  assert.equal(read({ functions, function_call: { name: 'f' } }).mode, 'required');
  assert.equal(read({ functions, function_call: 'none' }).offered.length, 0);
  assert.equal(read({ tools, parallel_tool_calls: false }).isParallel, false);
});

test('what makes no sense is refused by its place', () => {
  const refused: [Partial<ChatCompletionRequest>, string, RegExp][] = [
    [{ tool_choice: 'required' }, 'tool_choice', /there are no tools/],
    [{ tools, tool_choice: named('c') }, 'tool_choice', /names "c"; the tools are a, b/],
    [{ tools: [tool('a'), tool('a')] }, 'tools[1].function.name', /two tools have the name "a"/],
    [{ tools: [tool('a', { type: 'string' })] }, 'tools[0].function.parameters.type', /must be "object"/],
    [
      { tools: [tool('a', { type: 'object', properties: { x: { type: 'strin' } } })] },
      'tools[0].function.parameters.properties.x.type',
      /must be/,
    ],
    [
      { tools: [tool('a', { type: 'object', required: 'x' })] },
      'tools[0].function.parameters.required',
      /must be array/,
    ],
  ];
  for (const [rest, param, message] of refused)
    assert.throws(
      () => read(rest),
      (error) => {
        assert.ok(error instanceof ApiError && error.status === 400);
        assert.deepEqual([error.param, message.test(error.message)], [param, true], error.message);
        return true;
      },
    );
});
