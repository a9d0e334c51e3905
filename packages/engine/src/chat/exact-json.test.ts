import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExactJson, ExactNumber, parseExactJson } from './exact-json.ts';

/** The same as JSON.parse gives. */
function plain(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

const accepted = [
  '{}',
  ' [ ] ',
  '[1, -0, 0.5, 1e5, 1E-5, -1.25e+3, 123456789012345678901234567890]',
  '{"a": {"b": [true, false, null]}, "": "", "é\\u00e9\\n\\"\\\\": "\\ud83d\\ude00"}',
  '"\\\\"',
  '"\x7f\u2028"',
  '{"a":1,"a":2}',
  '\t\n\r 1 ',
];
const refused = [
  '',
  '{',
  '[1,]',
  '{"a"}',
  '{"a":1,}',
  '{a:1}',
  "'a'",
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  'NaN',
  'nul',
  '"a',
  '"\n"',
  '"\\x"',
  '1 2',
  '\u00a01',
  '"\\',
  '[1}',
];

test('the same documents as JSON.parse, with the same values', () => {
  for (const text of accepted) assert.deepEqual(plain(parseExactJson(text, 'it')), JSON.parse(text), text);
  for (const text of refused) {
    assert.throws(() => JSON.parse(text), text);
    assert.throws(
      () => parseExactJson(text, 'it'),
      { name: 'LanternError', code: 'bad-input', message: /^it .* character \d+$/ },
      text,
    );
  }
});

test('number texts and key order are kept, the last of equal keys counts', () => {
  const value = parseExactJson('{"b": 1.0, "2": 10000000000000000000001, "1": -0.0, "b": 1E2}', 'it');
  assert.ok(value instanceof Map);
  const texts = [...value].map(([key, item]) => [key, (item as ExactNumber).text]);
  assert.deepEqual(texts, [
    ['b', '1E2'],
    ['2', '10000000000000000000001'],
    ['1', '-0.0'],
  ]);
});

test('nesting has a limit, length has none', () => {
  assert.throws(() => parseExactJson('['.repeat(100_000), 'it'), { code: 'bad-input', message: /nested/ });
  const long = 'x\\"'.repeat(500_000);
  assert.equal((parseExactJson(`"${long}"`, 'it') as string).length, 1_000_000);
});
