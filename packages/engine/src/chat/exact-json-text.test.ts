import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactJson } from './exact-json.ts';
import { exactJsonText } from './exact-json-text.ts';

const cases: [json: string, text: string][] = [
  ['{"b":1.0,"2":[1e-05,12345678901234567890],"1":{}}', '{"b": 1.0, "2": [1e-05, 12345678901234567890], "1": {}}'],
  ['[ null,true , false,[ ] ]', '[null, true, false, []]'],
  ['"\\u00e9\\ud83d\\ude00\\n\\"\\\\"', '"é😀\\n\\"\\\\"'],
  ['-0', '-0'],
];

for (const [json, text] of cases) {
  test(`JSON as Python writes it: ${text}`, () => {
    assert.equal(exactJsonText(parseExactJson(json, 'x')), text);
  });
}
