import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLoosely, stringFrom, typedArgument } from './typed-argument.ts';

const root = { $defs: { Unit: { enum: ['C', 'F'] }, Count: { type: 'integer' } } };
const nullableString = { anyOf: [{ type: 'string' }, { type: 'null' }] };

const cases: [schema: unknown, raw: string, json: string][] = [
  [{ type: 'string' }, '5', '"5"'],
  [{ type: 'string' }, '{"a":1}', '"{\\"a\\":1}"'],
  [{ type: 'string' }, 'null', '"null"'],
  [{ type: 'string' }, ' pad ', '" pad "'],
  [{ type: 'string' }, '', '""'],
  [{ type: 'string' }, 'é\n"😀', '"é\\n\\"😀"'],
  [{ type: 'string', enum: ['1', '2'] }, '1', '"1"'],
  [undefined, '5', '"5"'],
  [{}, '{"a": 1}', '"{\\"a\\": 1}"'],
  [{ type: 'integer' }, '3', '3'],
  [{ type: 'integer' }, ' -3\n', '-3'],
  [{ type: 'integer' }, '3.0', '3.0'],
  [{ type: 'integer' }, '123456789012345678901', '123456789012345678901'],
  [{ type: 'integer' }, '1.5', '"1.5"'],
  [{ type: 'integer' }, 'three', '"three"'],
  [{ type: 'integer' }, '', '""'],
  [{ type: 'integer' }, 'None', 'null'],
  [{ type: 'number' }, '1.0', '1.0'],
  [{ type: 'number' }, '1e-05', '1e-05'],
  [{ type: 'number' }, '1E+22', '1E+22'],
  [{ type: 'number' }, '-0.0', '-0.0'],
  [{ type: 'number' }, '.5', '0.5'],
  [{ type: 'number' }, '1_000', '1000'],
  [{ type: 'number' }, 'nan', '"nan"'],
  [{ type: 'number' }, '007', '"007"'],
  [{ type: 'number' }, 'null', 'null'],
  [{ type: 'boolean' }, 'True', 'true'],
  [{ type: 'boolean' }, 'FALSE', 'false'],
  [{ type: 'boolean' }, 'yes', '"yes"'],
  [{ type: 'boolean' }, '1', '"1"'],
  [{ type: 'null' }, 'None', 'null'],
  [{ type: 'null' }, 'x', '"x"'],
  [{ type: 'object' }, '{"b":1.0,"a":{"k":[1,"é"]}}', '{"b": 1.0, "a": {"k": [1, "é"]}}'],
  [{ type: 'object' }, "{'a': True, 'b': None}", '{"a": true, "b": null}'],
  [{ type: 'object' }, '{"a": "two\nlines"}', '{"a": "two\\nlines"}'],
  [{ type: 'object' }, '[1]', '"[1]"'],
  [{ type: 'object' }, '{"a": ', '"{\\"a\\": "'],
  [{ type: 'array' }, '\n[1,\n 2]\n', '[1, 2]'],
  [{ type: 'array' }, "('a', 'b')", '["a", "b"]'],
  [{ type: 'array' }, '{}', '"{}"'],
  [{ type: 'array' }, '[NaN]', '"[NaN]"'],
  [nullableString, 'null', 'null'],
  [nullableString, 'None', 'null'],
  [nullableString, ' null', '" null"'],
  [nullableString, '5', '"5"'],
  [{ type: 'string', nullable: true }, 'null', 'null'],
  [{ type: ['string', 'integer'] }, '5', '5'],
  [{ type: ['string', 'integer'] }, 'x', '"x"'],
  [{ type: ['string', 'integer'] }, 'null', '"null"'],
  [{ anyOf: [{ type: 'integer' }, { type: 'boolean' }, { type: 'null' }] }, 'true', 'true'],
  [{ anyOf: [{ type: 'object' }, { type: 'array' }] }, '[1]', '[1]'],
  [{ oneOf: [{ type: 'string' }, { type: 'array' }] }, '[1,2]', '[1, 2]'],
  [{ enum: ['C', 'F'] }, 'C', '"C"'],
  [{ enum: ['C', 'F'] }, 'K', '"K"'],
  [{ enum: [1, 2] }, '2', '2'],
  [{ enum: [1, 2] }, '2.0', '2.0'],
  [{ enum: [1, 2] }, '3', '"3"'],
  [{ enum: ['auto', 1, true, null] }, 'True', 'true'],
  [{ enum: ['auto', 1, true, null] }, 'None', 'null'],
  [{ enum: ['auto', 1, true, null] }, 'auto', '"auto"'],
  [{ enum: [[1], { a: 1 }] }, '{"a":1}', '{"a": 1}'],
  [{ const: 5 }, '5', '5'],
  [{ const: 'x' }, 'x', '"x"'],
  [{ $ref: '#/$defs/Count' }, '5', '5'],
  [{ $ref: '#/$defs/Unit' }, '5', '"5"'],
  [{ $ref: '#/$defs/Missing' }, '5', '"5"'],
];

for (const [schema, raw, json] of cases) {
  test(`typed by ${JSON.stringify(schema)}: ${JSON.stringify(raw)}`, () => {
    assert.equal(typedArgument(raw, schema, root), json);
    JSON.parse(json);
    // A value that is streamed as a string must come out the same when it is complete.
    if (raw.length >= stringFrom(schema, root)) assert.equal(json, JSON.stringify(raw));
  });
}

test('from which length on a value is a string', () => {
  assert.equal(stringFrom({ type: 'string' }, root), 0);
  assert.equal(stringFrom(undefined, root), 0);
  assert.equal(stringFrom({ $ref: '#/$defs/Unit' }, root), 0);
  assert.equal(stringFrom(nullableString, root), 5);
  for (const schema of [{ type: 'integer' }, { type: 'null' }, { type: ['string', 'integer'] }, { enum: [1] }]) {
    assert.equal(stringFrom(schema, root), Number.POSITIVE_INFINITY);
  }
});

test('text in neither notation is nothing', () => {
  assert.equal(parseLoosely('x y'), undefined);
  assert.equal(parseLoosely('null'), null);
});
