import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../../errors.ts';
import { DEEPEST } from '../exact-json.ts';
import { exactJsonText } from '../exact-json-text.ts';
import { parsePythonLiteral } from './python-literal.ts';

const literals: [literal: string, json: string][] = [
  [`{'a': True, "b": None, 'c': (1, 2.5)}`, '{"a": true, "b": null, "c": [1, 2.5]}'],
  ['{"a": true, "b": False, "c": null}', '{"a": true, "b": false, "c": null}'],
  ['{}', '{}'],
  ['[]', '[]'],
  ['()', '[]'],
  ['(1,)', '[1]'],
  ['(1)', '1'],
  ['[1, 2, ]', '[1, 2]'],
  [`{'a': 1,\n 'b': [\n2,\n],\n}`, '{"a": 1, "b": [2]}'],
  [`{1: 'a', True: 'b', None: 'c', 2.0: 'd'}`, '{"1": "a", "true": "b", "null": "c", "2.0": "d"}'],
  [`{'b': 1, '2': 2, '1': 3}`, '{"b": 1, "2": 2, "1": 3}'],
  [`'it\\'s'`, '"it\'s"'],
  [`"it's"`, '"it\'s"'],
  [`''`, '""'],
  [`'''a'b''c'''`, "\"a'b''c\""],
  ['"""two\nlines"""', '"two\\nlines"'],
  ["'two\nlines'", '"two\\nlines"'],
  [`'\\n\\t\\\\\\x41\\u00e9\\U0001F600\\101\\0\\d'`, '"\\n\\t\\\\Aé😀A\\u0000\\\\d"'],
  [`'a\\\nb'`, '"ab"'],
  ['-7', '-7'],
  ['+7', '7'],
  ['1_000', '1000'],
  ['.5', '0.5'],
  ['-5.', '-5.0'],
  ['1e-05', '1e-05'],
  ['123456789012345678901', '123456789012345678901'],
  [' 1 ', '1'],
];

for (const [literal, json] of literals) {
  test(`Python literal: ${literal}`, () => {
    assert.equal(exactJsonText(parsePythonLiteral(literal, 'x')), json);
  });
}

const others = ['', 'x', "'open", '[1, 2', '[1 2]', '{1, 2}', "{'a' 1}", '{(1, 2): 3}', '007', '0x10', '1__0', '1.2.3']
  .concat(['nan', 'inf', 'Truer', '-', '.', 'f(1)', "'\\xg1'", "'\\U00110000'", "'\\N{DASH}'", "'a' 'b'", '1 # one'])
  .concat(['['.repeat(DEEPEST + 2)]);

for (const text of others) {
  test(`no Python literal: ${text.slice(0, 20)}`, () => {
    assert.throws(
      () => parsePythonLiteral(text, 'the value'),
      (error) => {
        assert.ok(error instanceof LanternError);
        assert.match(error.message, /^the value .*, at character \d+$/);
        return error.code === 'bad-input';
      },
    );
  });
}
