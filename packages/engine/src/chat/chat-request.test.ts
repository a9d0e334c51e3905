import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChatRequest } from './chat-request.ts';

test('messages and options are read', () => {
  const request = parseChatRequest(
    '{"messages": [{"role": "user"}], "options": {"tools": [{"2": 1, "1": 2}], "enable_thinking": false, "add_vision_id": null}}',
    'f.json',
  );
  assert.deepEqual([...request.messages[0]!], [['role', 'user']]);
  assert.deepEqual([...(request.options.tools![0] as ReadonlyMap<string, unknown>).keys()], ['2', '1']);
  assert.equal(request.options.enable_thinking, false);
  assert.equal(request.options.add_vision_id, undefined);
  assert.deepEqual(parseChatRequest('{"messages": []}', 'f.json').options, {});
});

const bad: [string, RegExp][] = [
  ['[]', /f\.json must be/],
  ['{"messages": {}}', /f\.json must be/],
  ['{"messages": ["hi"]}', /f\.json must be/],
  ['{"messages": [], "options": 1}', /options must be an object/],
  ['{"messages": [], "options": {"thinking": true}}', /unknown option "thinking"; known are tools, /],
  ['{"messages": [], "options": {"enable_thinking": 1}}', /options\.enable_thinking is 1; true or false/],
  ['{"messages": [], "options": {"tools": [1]}}', /options\.tools must be a list of objects/],
  ['{', /f\.json is not JSON/],
];

for (const [text, message] of bad) {
  test(`refused: ${text}`, () => {
    assert.throws(() => parseChatRequest(text, 'f.json'), { name: 'LanternError', code: 'bad-input', message });
  });
}
