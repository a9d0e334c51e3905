import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { LanternError } from '../errors.ts';
import type { Grammar } from './grammar.ts';
import { accepts, after, randomText, seeded, shortestEnd, testTokenizer } from './grammar-test.ts';
import { jsonSchemaGrammar } from './json-schema-grammar.ts';
import { schemaCases } from './schema-cases/schema-cases.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const tokenizer = testTokenizer();

/** As Python's json.dumps writes it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`);
  return `{${entries.join(', ')}}`;
}

function spellings(value: unknown): string[] {
  return [JSON.stringify(value), spaced(value), JSON.stringify(value, null, 2), JSON.stringify(value, null, '\t')];
}

for (const [index, { name, schema, valid, invalid, loose = false }] of schemaCases.entries()) {
  const strict = !loose;
  test(`a schema: ${name}`, () => {
    const validate = ajv.compile(schema as object);
    const grammar = jsonSchemaGrammar(schema, { strict });
    for (const value of valid) {
      assert.ok(validate(value), `${JSON.stringify(value)} should be valid`);
      for (const text of spellings(value)) assert.ok(accepts(grammar, text), `refused: ${text}`);
    }
    for (const value of invalid) {
      assert.ok(!validate(value), `${JSON.stringify(value)} should not be valid`);
      for (const text of spellings(value)) assert.ok(!accepts(grammar, text), `accepted: ${text}`);
    }
    const random = seeded(index);
    for (let i = 0; i < 8; i++) {
      const text = randomText(grammar, tokenizer, random, 40);
      const value: unknown = JSON.parse(text);
      if (strict) assert.ok(validate(value), `${text}: ${ajv.errorsText(validate.errors)}`);
    }
    if (loose) assert.throws(() => jsonSchemaGrammar(schema, { strict: true }), isError('unsupported', /at \//));
  });
}

test('references in a circle of choices', () => {
  // Beyond Ajv.
  const list = { type: 'array', items: { $ref: '#' } };
  const grammar = jsonSchemaGrammar({
    anyOf: [{ $ref: '#/$defs/a' }, { const: 0 }],
    $defs: { a: { anyOf: [{ $ref: '#' }, list] } },
  });
  for (const text of ['0', '[]', '[0, [0]]']) assert.ok(accepts(grammar, text));
  for (const text of ['1', '[1]', '']) assert.ok(!accepts(grammar, text));
  const nullable = {
    type: 'object',
    properties: { next: { $ref: '#/$defs/n', nullable: true } },
    additionalProperties: false,
  };
  const chain = jsonSchemaGrammar({ $ref: '#/$defs/n', $defs: { n: nullable } });
  for (const text of ['{"next":{"next":null}}', '{}']) assert.ok(accepts(chain, text));
});

test('white space is bounded, as asked for', () => {
  const schema = { type: 'object', properties: { a: { type: 'array' } } };
  const texts = ['{"a":[1,2]}', '{"a": [1, 2]}', '{ "a": [ 1,\n 2 ] }', '{\n  "a": [\n    1,\n\t\t2\n  ]\n}'];
  const kinds = { none: 1, line: 2, indented: 4 } as const;
  for (const [whitespace, count] of Object.entries(kinds)) {
    const grammar = jsonSchemaGrammar(schema, { whitespace: whitespace as keyof typeof kinds });
    assert.deepEqual(
      texts.map((text) => accepts(grammar, text)),
      texts.map((_, i) => i < count),
    );
  }
  const grammar = jsonSchemaGrammar(schema);
  for (const text of ['{\n\n', '{  ', `{\n${' '.repeat(21)}`, '{"a" :', '{"a":\n', '{"a": [1 ,', ' {', '\n{'])
    assert.equal(after(grammar, text), null, JSON.stringify(text));
  assert.ok(accepts(jsonSchemaGrammar(schema, { leadingNewlines: true }), '\n\n{}'));
});

test('escapes: any in free strings, but no halves of surrogate pairs; elsewhere only those that must be', () => {
  const free = jsonSchemaGrammar({ type: 'string', maxLength: 2 });
  for (const text of ['"\\/\\u0041"', '"\\ud83d\\ude00\\uD83D\\uDE00"', '"\\u00e9\\n"'])
    assert.ok(accepts(free, text), text);
  for (const text of ['"\\ud83d"', '"\\ude00"', '"\\x"', '"\\ud83d\\n"', '"\n"', '"\\u00e9\\n\\n"'])
    assert.ok(!accepts(free, text), text);
  const limited = jsonSchemaGrammar({ type: 'string', pattern: '' });
  for (const text of ['"é\\n\\u0001\\"\\\\/"', '"\\b\\f\\r\\t"']) assert.ok(accepts(limited, text), text);
  for (const text of ['"\\u0041"', '"\\/"', '"\\u000a"']) assert.ok(!accepts(limited, text), text);
  // Bytes that are no UTF-8.
  for (const bytes of [[0x80], [0xc0, 0x80], [0xe0, 0x80], [0xed, 0xa0], [0xf4, 0x90], [0xf8], [0xff]])
    for (const grammar of [free, limited]) assert.equal(after(grammar, Uint8Array.of(0x22, ...bytes)), null);
});

const formats: { [format: string]: [valid: string[], invalid: string[]] } = {
  date: [
    ['2024-02-29', '2000-02-29', '2026-12-31'],
    ['2023-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-1-1'],
  ],
  time: [
    ['23:59:59Z', '00:00:00.123+05:30'],
    ['24:00:00Z', '12:00Z', '12:00:00', '12:60:00Z'],
  ],
  'date-time': [
    ['2026-01-31T12:00:00Z', '2024-02-29T00:00:00.5-08:00'],
    ['2026-01-31 12:00:00Z', '2026-01-31', '2026-02-30T00:00:00Z'],
  ],
  duration: [
    ['P1D', 'PT1H30M', 'P1Y2M3DT4H5M6S', 'P4W', 'PT5S'],
    ['P', 'PT', 'P1Y3D', '1D', 'P1H', 'P1WT1H'],
  ],
  email: [
    ['a@b.co', 'a.b+c@d-e.org'],
    ['a', 'a@b', '.a@b.co', 'a@-b.co', 'a b@c.de'],
  ],
  uuid: [
    ['123e4567-e89b-12d3-a456-426614174000'],
    ['123e4567e89b12d3a456426614174000', 'g23e4567-e89b-12d3-a456-426614174000'],
  ],
  ipv4: [
    ['0.0.0.0', '192.168.1.255'],
    ['256.1.1.1', '1.2.3', '01.2.3.4'],
  ],
  ipv6: [
    ['::', '::1', '1:2:3:4:5:6:7:8', 'fe80::1:2', '::ffff:1.2.3.4', '1::8', '1:2:3:4:5:6:7::'],
    ['1:2:3', ':::', '1::2::3', '12345::', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9'],
  ],
  hostname: [
    ['a', 'a-b.example.org', 'localhost'],
    ['-a', 'a..b', 'a-', `${'a'.repeat(64)}`, ''],
  ],
  uri: [
    ['https://a.b/c?d=e&f#g', 'mailto:a@b.c', 'urn:isbn:1', 'http://u@h:80/%20', 'file:///a'],
    ['a b', '//x', 'http://a b', ':x', 'http://%zz', ''],
  ],
};

for (const [format, [valid, invalid]] of Object.entries(formats)) {
  test(`the format ${format}`, () => {
    const grammar = jsonSchemaGrammar({ type: 'string', format }, { strict: true });
    for (const text of valid) assert.ok(accepts(grammar, JSON.stringify(text)), text);
    for (const text of invalid) assert.ok(!accepts(grammar, JSON.stringify(text)), text);
    assert.ok(shortestEnd(grammar, grammar.start));
  });
}

test('random bounds are kept exactly', () => {
  const random = seeded(3);
  for (let i = 0; i < 120; i++) {
    const scale = 10 ** Math.floor(random() * 4);
    const at = (): number => Math.round((random() - 0.5) * 2 * scale * 100) / 10 ** Math.floor(random() * 4);
    const [a, b] = [at(), at()];
    const type = random() < 0.5 ? 'integer' : 'number';
    const schema = {
      type,
      [random() < 0.5 ? 'minimum' : 'exclusiveMinimum']: Math.min(a, b),
      ...(random() < 0.8 ? { [random() < 0.5 ? 'maximum' : 'exclusiveMaximum']: Math.max(a, b) } : {}),
    };
    const validate = ajv.compile(schema);
    let grammar: Grammar;
    try {
      grammar = jsonSchemaGrammar(schema, { strict: true });
    } catch (error) {
      assert.match((error as Error).message, /allows no value/);
      assert.equal(
        [Math.ceil(a), Math.floor(a), Math.ceil(b), Math.floor(b)].some((value) => validate(value)),
        false,
      );
      continue;
    }
    const near = [a, b].flatMap((value) =>
      [-1, -0.1, -0.01, 0, 0.01, 0.1, 1].map((step) => Number((value + step).toFixed(4))),
    );
    for (const value of [...near, ...near.map(Math.round), 0, 1, -1, 12, -12, at(), at()]) {
      if (JSON.stringify(value).includes('e')) continue;
      const text = JSON.stringify(value);
      assert.equal(accepts(grammar, text), validate(value), `${text} by ${JSON.stringify(schema)}`);
    }
    for (let j = 0; j < 5; j++) {
      const text = randomText(grammar, tokenizer, random, 8);
      assert.ok(validate(JSON.parse(text)), `${text} by ${JSON.stringify(schema)}`);
    }
  }
});

const refused: [name: string, schema: unknown, code: string, message: RegExp, strict?: boolean][] = [
  ['no schema', 3, 'bad-input', /root is 3/],
  ['false', false, 'bad-input', /allows no value/],
  [
    'a wrong type',
    { properties: { 'a/b': { type: 'text' } } },
    'bad-input',
    /at \/properties\/a~1b\/type is "text"; allowed are null/,
  ],
  ['a bad pattern', { properties: { a: { pattern: '(' } } }, 'bad-input', /at \/properties\/a\/pattern: .*not closed/],
  ['a bad bound', { minimum: '1' }, 'bad-input', /at \/minimum/],
  ['a bad count', { minLength: -1 }, 'bad-input', /at \/minLength/],
  ['a bad enum', { enum: [] }, 'bad-input', /at \/enum/],
  ['bounds that cross', { type: 'integer', minimum: 3, maximum: 2 }, 'bad-input', /allows no value/],
  ['lengths that cross', { type: 'string', minLength: 3, maxLength: 2 }, 'bad-input', /allows no value/],
  [
    'a required property that cannot be',
    { type: 'object', properties: { a: false }, required: ['a'] },
    'bad-input',
    /allows no value/,
  ],
  [
    'an endless value',
    { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] },
    'bad-input',
    /allows no value/,
  ],
  ['a reference to itself', { $ref: '#' }, 'bad-input', /itself/],
  ['a circle of allOf', { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } }, 'bad-input', /itself/],
  [
    'a missing reference',
    { $ref: '#/$defs/a' },
    'bad-input',
    /at \/\$ref refers to "#\/\$defs\/a", which is not there/,
  ],
  ['a remote reference', { $ref: 'https://x.y/z' }, 'unsupported', /at \/\$ref refers to/],
  ['a dynamic reference', { $dynamicRef: '#a' }, 'unsupported', /\$dynamicRef/],
  ['not', { properties: { a: { not: {} } } }, 'unsupported', /at \/properties\/a\/not uses not.*allowed are/, true],
  ['if', { if: {}, else: {} }, 'unsupported', /at \/if/, true],
  ['an unknown format', { format: 'colour' }, 'unsupported', /at \/format is "colour"; allowed are date/, true],
  ['look-ahead', { pattern: '(?=a)' }, 'unsupported', /at \/pattern: .*look-around/, true],
  [
    'a large pattern',
    { properties: { p: { pattern: '(a{1,1000}){1,1000}' } } },
    'unsupported',
    /at \/properties\/p\/pattern: .*too large/,
  ],
  ['a slow pattern', { type: 'string', pattern: 'a.{200}$', maxLength: 1000 }, 'unsupported', /too large/],
  [
    'many alternatives',
    { allOf: Array.from({ length: 20 }, () => ({ anyOf: [{ minimum: 1 }, { maximum: 5 }] })) },
    'unsupported',
    /256/,
  ],
  ['many states', { enum: Array.from({ length: 30_000 }, (_, i) => `member number ${i}`) }, 'unsupported', /too large/],
];

for (const [name, schema, code, message, strict = false] of refused) {
  test(`a schema that is refused, soon: ${name}`, () => {
    const begin = performance.now();
    assert.throws(() => jsonSchemaGrammar(schema, { strict }), isError(code, message));
    assert.ok(performance.now() - begin < 2000);
    if (strict) jsonSchemaGrammar(schema);
  });
}

test('deep and wide schemas: compiled or refused, soon', () => {
  let deep: unknown = {};
  for (let i = 0; i < 5000; i++) deep = { type: 'array', items: deep };
  assert.throws(() => jsonSchemaGrammar(deep), isError('unsupported', /nested more than/));
  const properties = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`property_${i}`, { type: 'string' }]));
  const begin = performance.now();
  const grammar = jsonSchemaGrammar({ type: 'object', properties });
  assert.ok(accepts(grammar, '{"property_3": "a", "property_1999": "b"}'));
  assert.ok(!accepts(grammar, '{"property_3": 1}'));
  assert.ok(performance.now() - begin < 1000);
});

function isError(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof LanternError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };
}
