import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonFault, readJson } from './read-json.ts';

test('JSON is read as JSON.parse does, and refused where it refuses', () => {
  for (const text of [
    '{"a": [1, -2.5e3, true, false, null, "x\\n\\u00e9\\"", {}], "": []}',
    ' 0 ',
    '"é"',
    '01',
    '[1,]',
    '{"a":1,}',
    '.5',
    '1.',
    '+1',
    '"\\x"',
    '"a\nb"',
    'nul',
    'nulls',
    '',
    '{a: 1}',
    "['a']",
    '[1 2]',
  ]) {
    let expected: unknown;
    let isGood = true;
    try {
      expected = JSON.parse(text);
    } catch {
      isGood = false;
    }
    if (isGood) assert.deepEqual(readJson(text).value, expected, text);
    else assert.throws(() => readJson(text), JsonFault, text);
  }
});
