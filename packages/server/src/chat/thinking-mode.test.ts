import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../http/api-error.ts';
import { worthThinking } from './auto-thinking.ts';
import { type ThinkingFields, thinkingMode } from './thinking-mode.ts';

const short = { text: 'Hello', hasTools: false };
const mode = (fields: ThinkingFields, ofServer?: boolean, question = short) => {
  const { enableThinking, budget, autoReason } = thinkingMode(fields, question, ofServer);
  return [enableThinking, budget, autoReason];
};

test('the most explicit field says whether to think', () => {
  assert.deepEqual(mode({}), [undefined, undefined, null]);
  assert.deepEqual(mode({}, false), [false, undefined, null]);
  assert.deepEqual(mode({ enable_thinking: true }, false), [true, undefined, null]);
  assert.deepEqual(mode({ enable_thinking: null, chat_template_kwargs: { enable_thinking: false } }), [
    false,
    undefined,
    null,
  ]);
  assert.deepEqual(mode({ enable_thinking: true, chat_template_kwargs: { enable_thinking: false } }), [
    true,
    undefined,
    null,
  ]);
  assert.deepEqual(mode({ enable_fast: true }, true), [false, undefined, null]);
  assert.deepEqual(mode({ reasoning_effort: 'none' }, true), [false, undefined, null]);
  assert.deepEqual(mode({ reasoning_effort: 'high' }, false), [true, undefined, null]);
  assert.deepEqual(mode({ reasoning_effort: 'high', enable_thinking: false }), [false, undefined, null]);
});

test('a budget is its own, or what an effort stands for', () => {
  assert.equal(mode({ thinking_budget: 7, reasoning_effort: 'low' })[1], 7);
  assert.deepEqual(
    ['minimal', 'low', 'medium', 'high', 'max'].map((effort) => mode({ reasoning_effort: effort })[1]),
    [512, 2048, 8192, undefined, undefined],
  );
  assert.deepEqual(mode({ thinking_budget: 0, enable_thinking: false }), [false, 0, null]);
});

test('auto lets the rule decide and says what decided', () => {
  assert.deepEqual(mode({ enable_auto: true }), [false, undefined, 'nothing to think about']);
  assert.deepEqual(mode({ enable_auto: true }, undefined, { text: 'Prove it.', hasTools: false }), [
    true,
    undefined,
    'mathematics',
  ]);
  assert.deepEqual(mode({ enable_auto: true, enable_thinking: false }), [false, undefined, null]);
});

test('contradictions are refused, each by the names of both fields', () => {
  const refused: [ThinkingFields, RegExp][] = [
    [{ enable_fast: true, enable_auto: true }, /enable_fast and enable_auto/],
    [{ enable_fast: true, enable_thinking: true }, /enable_fast and enable_thinking: true/],
    [{ enable_auto: true, chat_template_kwargs: { enable_thinking: true } }, /enable_auto and enable_thinking: true/],
    [{ reasoning_effort: 'none', enable_thinking: true }, /reasoning_effort: none and enable_thinking: true/],
    [{ chat_template_kwargs: { enable_thinking: 'yes' } }, /enable_thinking is "yes"; it must be true or false/],
  ];
  for (const [fields, message] of refused)
    assert.throws(
      () => thinkingMode(fields, short, undefined),
      (error) => {
        assert.ok(error instanceof ApiError && error.status === 400);
        assert.match(error.message, message);
        return true;
      },
    );
});

test('the rule: long, several questions, code, mathematics, reasons, tools', () => {
  const reasons: [string, string | null][] = [
    ['Hello', null],
    ['What is the capital of France?', null],
    ['Translate "good morning" to German.', null],
    ['Write a haiku about lanterns.', null],
    ['Who was Ada Lovelace? Where did she live?', 'several questions'],
    ['Why does my function return undefined?', 'code'],
    ['```js\nlet x\n```', 'code'],
    ['What is 347 + 586?', 'mathematics'],
    ['How many weeks are in ten years?', 'mathematics'],
    ['Compare tea and coffee.', 'reasoning'],
    ['word '.repeat(150), 'length'],
    ['word '.repeat(149), null],
  ];
  for (const [text, reason] of reasons) assert.equal(worthThinking({ text, hasTools: false }), reason, text);
  assert.equal(worthThinking({ text: 'Hello', hasTools: true }), 'tools');
});
