import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../exact-json.ts';
import { jinjaValue } from './jinja-values.ts';
import { pythonFloat, pythonJson, pythonStr, pythonStrip } from './python-text.ts';

const asValue = (data: unknown) => jinjaValue(data, 'test', String);

test('floats print as in Python', () => {
  const cases: [number, string][] = [
    [1, '1.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1.5, '1.5'],
    [123.456, '123.456'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.000012345, '1.2345e-05'],
    [1e15, '1000000000000000.0'],
    [123456789012345680, '1.2345678901234568e+17'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [1e22, '1e+22'],
    [-2.5e-300, '-2.5e-300'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NaN, 'nan'],
  ];
  for (const [value, text] of cases) assert.equal(pythonFloat(value), text);
});

test('str() of values', () => {
  const cases: [unknown, string][] = [
    [true, 'True'],
    [null, 'None'],
    ['as it is', 'as it is'],
    [3, '3'],
    [2.5, '2.5'],
    [new ExactNumber('2.0'), '2.0'],
    [new ExactNumber('-0'), '0'],
    [new ExactNumber('-0.0'), '-0.0'],
    [new ExactNumber('1E2'), '100.0'],
    [12345678901234567890n, '12345678901234567890'],
    [['a', "it's", 'both \' "', 'line\n\x07é'], `['a', "it's", 'both \\' "', 'line\\n\\x07é']`],
    [{ b: [true, null], 'k"': {} }, `{'b': [True, None], 'k"': {}}`],
  ];
  for (const [data, text] of cases) assert.equal(pythonStr(asValue(data)), text);
});

test('json.dumps of values', () => {
  const plain = { ensureAscii: false, indent: null, sortKeys: false, separators: null };
  const data = asValue({ b: [1, 'é"\n\u2028', null, true], a: {}, c: [] });
  const none = new Set<string>();
  assert.equal(pythonJson(data, plain, none), '{"b": [1, "é\\"\\n\u2028", null, true], "a": {}, "c": []}');
  assert.equal(
    pythonJson(data, { ...plain, ensureAscii: true, sortKeys: true, separators: [',', ':'] }, none),
    '{"a":{},"b":[1,"\\u00e9\\"\\n\\u2028",null,true],"c":[]}',
  );
  assert.equal(
    pythonJson(data, { ...plain, indent: 2 }, none),
    '{\n  "b": [\n    1,\n    "é\\"\\n\u2028",\n    null,\n    true\n  ],\n  "a": {},\n  "c": []\n}',
  );
  assert.equal(pythonJson(asValue('é\ue000'), { ...plain, ensureAscii: true }, new Set(['\ue000'])), '"\\u00e9\ue000"');
  assert.equal(pythonJson(asValue(new ExactNumber('1e999')), plain, none), 'Infinity');
});

test('strip', () => {
  assert.equal(pythonStrip(' \x1c\x85\u3000a b\xa0\n', null, 'strip'), 'a b');
  assert.equal(pythonStrip('\ufeffa\ufeff', null, 'strip'), '\ufeffa\ufeff', 'no white space in Python');
  assert.equal(pythonStrip('\n\n x \n', '\n', 'strip'), ' x ');
  assert.equal(pythonStrip('\n x\n', '\n', 'lstrip'), ' x\n');
  assert.equal(pythonStrip('\n x\n', '\n', 'rstrip'), '\n x');
  assert.equal(pythonStrip('😀a😀😀', '😀', 'strip'), 'a');
  assert.equal(pythonStrip('   ', null, 'strip'), '');
  assert.equal(pythonStrip('abc', '', 'strip'), 'abc');
});
