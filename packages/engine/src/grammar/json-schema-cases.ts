/** Schemas for tests, with documents that are valid and some that are not. Keys are in the order of the schema. */
export type SchemaCase = {
  readonly name: string;
  readonly schema: unknown;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
  /** Valid, but only where nothing is refused. */
  readonly loose?: boolean;
};

const text = { type: 'string' };
const list = { type: 'array' };
const object = { type: 'object' };
const exact = { type: 'object', additionalProperties: false };

const node = {
  ...exact,
  properties: { value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
  required: ['value', 'next'],
};

export const schemaCases: readonly SchemaCase[] = [
  { name: 'true', schema: true, valid: [1, 'a', null, [], {}, [{ a: [true, -1.5e-7] }]], invalid: [] },
  { name: 'empty', schema: {}, valid: [0, 'a', false, { a: { b: [] } }], invalid: [] },
  { name: 'null', schema: { type: 'null' }, valid: [null], invalid: [0, 'null', false] },
  { name: 'boolean', schema: { type: 'boolean' }, valid: [true, false], invalid: ['true', 0] },
  {
    name: 'number',
    schema: { type: 'number' },
    valid: [0, -1, 1.5, 1e21, 1e-7, 123456.789, 5e-324, 1.5e300, -1e-9],
    invalid: ['1', null],
  },
  { name: 'integer', schema: { type: 'integer' }, valid: [0, -12, 9007199254740991], invalid: [1.5, '1', true] },
  { name: 'type list', schema: { type: ['string', 'integer'] }, valid: ['a', 3], invalid: [1.5, null] },
  { name: 'integer and number', schema: { type: ['integer', 'number'] }, valid: [1, 1.5], invalid: ['1'] },
  { name: 'nullable', schema: { type: 'string', nullable: true }, valid: ['a', null], invalid: [1] },
  {
    name: 'enum',
    schema: { enum: ['a', 'é"\\', 1, -2.5, null, true, { k: [1, 'x'] }, []] },
    valid: ['a', 'é"\\', 1, -2.5, null, true, { k: [1, 'x'] }, []],
    invalid: ['b', 12, false, { k: [1] }, [1]],
  },
  { name: 'enum and type', schema: { type: 'string', enum: ['a', 1, 'b'] }, valid: ['a', 'b'], invalid: [1] },
  { name: 'enum and bounds', schema: { enum: [1, 5, 9], minimum: 2, maximum: 8 }, valid: [5], invalid: [1, 9] },
  { name: 'const', schema: { const: 'fixed\n' }, valid: ['fixed\n'], invalid: ['fixed', 'n'] },
  { name: 'const object', schema: { const: { a: { b: null } } }, valid: [{ a: { b: null } }], invalid: [{ a: {} }] },
  // Strings
  {
    name: 'string',
    schema: text,
    valid: ['', 'a', '"\\/\b\f\n\r\t\u0001\u007f', 'é😀\u2028', '<tool_call>'],
    invalid: [1],
  },
  {
    name: 'lengths in characters',
    schema: { ...text, minLength: 2, maxLength: 4 },
    valid: ['ab', 'abcd', '😀😀😀😀', '\n\n', '"""'],
    invalid: ['a', 'abcde', '😀', ''],
  },
  { name: 'no length', schema: { ...text, maxLength: 0 }, valid: [''], invalid: ['a'] },
  {
    name: 'long',
    schema: { ...text, minLength: 300 },
    valid: ['x'.repeat(300), 'x'.repeat(301)],
    invalid: ['x'.repeat(299)],
  },
  { name: 'longer', schema: { ...text, maxLength: 1e9 }, valid: ['x'.repeat(3000)], invalid: [] },
  { name: 'pattern', schema: { ...text, pattern: 'b+' }, valid: ['abc', 'b', '😀b"'], invalid: ['', 'ac'] },
  {
    name: 'anchored',
    schema: { ...text, pattern: '^[A-Z]{2}\\d+$' },
    valid: ['AB1', 'XY123'],
    invalid: ['AB', 'xAB1', 'AB1 '],
  },
  { name: 'one anchor', schema: { ...text, pattern: '^ab|cd$' }, valid: ['ab?', '?cd'], invalid: ['?ab', 'cd?'] },
  {
    name: 'pattern and length',
    schema: { ...text, pattern: '^a*b', minLength: 3, maxLength: 5 },
    valid: ['aab', 'bcd', 'aabcd'],
    invalid: ['b', 'aaaaab', 'aaa'],
  },
  {
    name: 'pattern with escapes',
    schema: { ...text, pattern: '^["\\\\\\n\\x01]+$' },
    valid: ['"\\', '\n\x01"'],
    invalid: ['a'],
  },
  // Numbers
  {
    name: 'bounds',
    schema: { type: 'integer', minimum: -5, maximum: 120 },
    valid: [-5, 0, 9, 99, 120],
    invalid: [-6, 121, 1000, -10],
  },
  { name: 'positive', schema: { type: 'integer', exclusiveMinimum: 0 }, valid: [1, 10, 999], invalid: [0, -1] },
  { name: 'negative', schema: { type: 'integer', maximum: -10 }, valid: [-10, -11, -99, -100], invalid: [-9, 0, 10] },
  {
    name: 'negative range',
    schema: { type: 'integer', minimum: -105, exclusiveMaximum: -7 },
    valid: [-105, -8, -99],
    invalid: [-7, -106, 8],
  },
  { name: 'odd bounds', schema: { type: 'integer', minimum: 0.5, maximum: 3.5 }, valid: [1, 2, 3], invalid: [0, 4] },
  {
    name: 'wide range',
    schema: { type: 'integer', minimum: 95, maximum: 10_203 },
    valid: [95, 99, 100, 999, 10_199, 10_203],
    invalid: [94, 10_204, 20_000, 9],
  },
  {
    name: 'int64',
    schema: { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63 },
    valid: [0, -1, 2 ** 53 - 1],
    invalid: [1.5],
  },
  {
    name: 'unit range',
    schema: { type: 'number', minimum: 0, maximum: 1 },
    valid: [0, 1, 0.5, 0.001, 0.999],
    invalid: [-0.1, 1.01, 2, 10],
  },
  {
    name: 'open range',
    schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    valid: [0.5, 0.01, 0.99],
    invalid: [0, 1, -1, 1.5],
  },
  {
    name: 'decimals',
    schema: { type: 'number', minimum: -1.25, maximum: 12.75 },
    valid: [-1.25, -1.2, -1, 0, 12.7, 12.75, 9.999],
    invalid: [-1.26, -2, 12.76, 13, 100],
  },
  {
    name: 'from',
    schema: { type: 'number', exclusiveMinimum: 2.5 },
    valid: [2.51, 2.6, 3, 100.1],
    invalid: [2.5, 2.4, 0, -3],
  },
  {
    name: 'up to',
    schema: { type: 'number', exclusiveMaximum: -0.5 },
    valid: [-0.51, -0.6, -3],
    invalid: [-0.5, -0.4, 0, 1],
  },
  { name: 'multiples', schema: { type: 'integer', multipleOf: 7 }, valid: [0, 7, -14, 700], invalid: [1, 8, -13] },
  {
    name: 'multiples in range',
    schema: { type: 'integer', multipleOf: 25, minimum: 50, maximum: 125 },
    valid: [50, 75, 100, 125],
    invalid: [25, 150, 60],
  },
  {
    name: 'hundredths',
    schema: { type: 'number', multipleOf: 0.01 },
    valid: [1.5, 0.25, 3],
    invalid: [0.125],
    loose: true,
  },
  // Objects
  { name: 'any object', schema: object, valid: [{}, { a: 1, 'b"': [] }], invalid: [[], 1] },
  {
    name: 'properties',
    schema: { ...object, properties: { a: text, b: { type: 'integer' } } },
    valid: [{}, { a: '' }, { b: 1 }, { a: 'x', b: 2 }, { a: 'x', c: [] }, { c: 1, d: 2 }],
    invalid: [{ a: 1 }, { b: '' }],
  },
  {
    name: 'required',
    schema: { ...exact, properties: { a: text, b: text, c: text }, required: ['b'] },
    valid: [{ b: '' }, { a: '', b: '', c: '' }, { b: '', c: '' }],
    invalid: [{}, { a: '' }, { a: '', c: '' }],
  },
  {
    name: 'required, not declared',
    schema: { ...object, required: ['x'] },
    valid: [{ x: 1 }, { x: {}, y: 1 }],
    invalid: [{}, { y: 1 }],
  },
  {
    name: 'closed',
    schema: { ...exact, properties: { a: {} } },
    valid: [{}, { a: [1] }],
    invalid: [{ b: 1 }, { a: 1, aa: 1 }],
  },
  { name: 'nothing', schema: exact, valid: [{}], invalid: [{ a: 1 }] },
  {
    name: 'map',
    schema: { ...object, additionalProperties: { type: 'integer' } },
    valid: [{}, { a: 1, b: 2 }],
    invalid: [{ a: '' }],
  },
  {
    name: 'map with names',
    schema: { ...object, properties: { ab: text }, additionalProperties: { type: 'integer' } },
    valid: [{ ab: 'x', a: 1, abc: 2, '': 3 }],
    invalid: [{ ab: 1 }, { a: '' }],
  },
  {
    name: 'odd names',
    schema: { ...exact, properties: { 'é"\n': { const: 1 }, 'a/b~': text, 0: { const: 2 } }, required: ['é"\n'] },
    valid: [{ 0: 2, 'é"\n': 1 }],
    invalid: [{}],
  },
  {
    name: 'pattern of keys',
    schema: { ...object, patternProperties: { '^s_': text, _n$: { type: 'number' } }, additionalProperties: false },
    valid: [{}, { s_a: '' }, { a_n: 1 }, { s_a: '', b_n: 2 }],
    invalid: [{ a: 1 }, { s_a: 1 }, { a_n: '' }, { s_n: '' }, { s_n: 1 }],
  },
  {
    name: 'patterns and properties',
    schema: {
      ...object,
      properties: { s_x: { minLength: 2 } },
      patternProperties: { '^s_': text },
      additionalProperties: { type: 'null' },
    },
    valid: [{ s_x: 'ab', s_y: '', z: null }],
    invalid: [{ s_x: 'a' }, { s_x: 1 }, { z: 1 }],
  },
  {
    name: 'names of keys',
    schema: { ...object, propertyNames: { pattern: '^[a-z]+$', maxLength: 3 } },
    valid: [{}, { abc: 1 }],
    invalid: [{ A: 1 }, { abcd: 1 }],
  },
  {
    name: 'names of keys, listed',
    schema: { ...object, propertyNames: { enum: ['a', 'b'] }, properties: { b: text, c: text } },
    valid: [{ b: '', a: 1 }],
    invalid: [{ c: '' }, { d: 1 }],
  },
  {
    name: 'one property at least',
    schema: { ...object, minProperties: 1 },
    valid: [{ a: 1 }, { a: 1, b: 2 }],
    invalid: [{}],
  },
  {
    name: 'at most two',
    schema: { ...object, properties: { a: {}, b: {} }, maxProperties: 2 },
    valid: [{}, { a: 1, b: 2 }, { b: 1, c: 2 }],
    invalid: [{ a: 1, b: 2, c: 3 }],
  },
  {
    name: 'two of three',
    schema: { ...exact, properties: { a: {}, b: {}, c: {} }, minProperties: 2, maxProperties: 2 },
    valid: [
      { a: 1, b: 1 },
      { a: 1, c: 1 },
      { b: 1, c: 1 },
    ],
    invalid: [{ a: 1 }, { a: 1, b: 1, c: 1 }],
  },
  {
    name: 'three of anything',
    schema: { ...object, minProperties: 3 },
    valid: [{ a: 1, b: 2, c: 3 }],
    invalid: [{ a: 1 }],
    loose: true,
  },
  {
    name: 'impossible property',
    schema: { ...object, properties: { a: false, b: text } },
    valid: [{ b: '' }, { c: 1 }],
    invalid: [{ a: 1 }],
  },
  {
    name: 'nested',
    schema: { ...exact, properties: { p: { ...exact, properties: { q: { ...exact, properties: { r: list } } } } } },
    valid: [{ p: { q: { r: [1] } } }, { p: {} }],
    invalid: [{ p: { q: { r: 1 } } }],
  },
  // Arrays
  { name: 'any array', schema: list, valid: [[], [1, 'a', [null]]], invalid: [{}] },
  {
    name: 'items',
    schema: { ...list, items: { type: 'integer' } },
    valid: [[], [1], [1, 2, 3]],
    invalid: [['a'], [1, 'a']],
  },
  {
    name: 'counted',
    schema: { ...list, items: text, minItems: 2, maxItems: 3 },
    valid: [
      ['', ''],
      ['', '', ''],
    ],
    invalid: [[], [''], ['', '', '', '']],
  },
  {
    name: 'many',
    schema: { ...list, items: { enum: [1, 'x'] }, minItems: 40, maxItems: 1e9 },
    valid: [Array(40).fill(1), Array(100).fill('x')],
    invalid: [Array(39).fill(1)],
  },
  { name: 'empty only', schema: { ...list, maxItems: 0, items: text }, valid: [[]], invalid: [['']] },
  {
    name: 'tuple',
    schema: { ...list, prefixItems: [{ type: 'integer' }, text], items: false, minItems: 2 },
    valid: [[1, 'a']],
    invalid: [[1], ['a', 1], [1, 'a', 2]],
  },
  {
    name: 'open tuple',
    schema: { ...list, prefixItems: [{ type: 'integer' }], items: text },
    valid: [[], [1], [1, 'a', 'b']],
    invalid: [['a'], [1, 2]],
  },
  {
    name: 'cut tuple',
    schema: { ...list, prefixItems: [text, false, text] },
    valid: [[], ['a']],
    invalid: [
      ['a', 1],
      ['a', 'b', 'c'],
    ],
  },
  {
    name: 'array of objects',
    schema: { ...list, items: { ...exact, properties: { a: { type: 'integer' }, b: text }, required: ['a'] } },
    valid: [[], [{ a: 1 }, { a: 2, b: '' }]],
    invalid: [[{}]],
  },
  // Combined
  {
    name: 'anyOf',
    schema: { anyOf: [text, { type: 'integer', minimum: 3 }, { ...list, items: { type: 'null' } }] },
    valid: ['a', 3, [null], []],
    invalid: [2, null, [1]],
  },
  {
    name: 'anyOf and more',
    schema: {
      ...object,
      properties: { k: {} },
      anyOf: [{ required: ['k'] }, { properties: { k: text }, required: ['l'] }],
    },
    valid: [{ k: 1 }, { k: '', l: 1 }, { l: 1 }],
    invalid: [{}, { m: 1 }],
  },
  {
    name: 'two anyOf',
    schema: { anyOf: [{ minimum: 5 }, { maximum: 2 }], allOf: [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }] },
    valid: [5, 2, null],
    invalid: [3, 'a'],
  },
  {
    name: 'anyOf of the same kind',
    schema: {
      anyOf: [
        { ...exact, properties: { a: text } },
        { ...exact, properties: { a: { type: 'integer' }, b: {} } },
      ],
    },
    valid: [{ a: '' }, { a: 1, b: 2 }],
    invalid: [{ a: '', b: 1 }],
  },
  {
    name: 'oneOf by type',
    schema: { oneOf: [text, { type: 'number' }, { type: 'null' }] },
    valid: ['a', 1.5, null],
    invalid: [true],
  },
  {
    name: 'oneOf by constants',
    schema: { oneOf: [{ const: 'a' }, { enum: ['b', 3] }] },
    valid: ['a', 'b', 3],
    invalid: ['c'],
  },
  {
    name: 'oneOf by tag',
    schema: {
      oneOf: ['x', 'y'].map((kind) => ({
        ...exact,
        properties: { kind: { const: kind }, [kind]: { type: 'integer' } },
        required: ['kind', kind],
      })),
    },
    valid: [
      { kind: 'x', x: 1 },
      { kind: 'y', y: 2 },
    ],
    invalid: [{ kind: 'x', y: 1 }, { kind: 'z' }],
  },
  {
    name: 'oneOf that overlaps',
    schema: { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 2 }] },
    valid: [1, 2.5],
    invalid: ['a'],
    loose: true,
  },
  {
    name: 'allOf of objects',
    schema: {
      allOf: [
        { ...object, properties: { a: text }, required: ['a'] },
        { properties: { a: { minLength: 2 }, b: { const: 3 } } },
      ],
    },
    valid: [{ a: 'ab' }, { a: 'ab', b: 3, c: 1 }],
    invalid: [{ a: 'a' }, { a: 'ab', b: 4 }, {}],
  },
  {
    name: 'allOf that closes',
    schema: { allOf: [{ ...exact, properties: { a: text } }, { properties: { b: text } }] },
    valid: [{}, { a: '' }],
    invalid: [{ b: '' }, { a: '', b: '' }],
  },
  {
    name: 'allOf of bounds',
    schema: { allOf: [{ type: 'number', minimum: 1 }, { type: 'integer', maximum: 9 }, { exclusiveMinimum: 1 }] },
    valid: [2, 9],
    invalid: [1, 10, 2.5],
  },
  {
    name: 'allOf of arrays',
    schema: {
      allOf: [
        { ...list, items: { minimum: 0 } },
        { prefixItems: [text, { maximum: 5 }], maxItems: 3 },
      ],
    },
    valid: [[], ['a', 3, 9]],
    invalid: [[1], ['a', 6], ['a', 1, -1], ['a', 1, 1, 1]],
  },
  {
    name: 'allOf of strings',
    schema: { ...text, allOf: [{ pattern: 'a' }, { pattern: 'b', maxLength: 3 }] },
    valid: ['ab', 'xba'],
    invalid: ['a', 'abxx'],
  },
  {
    name: 'references',
    schema: {
      ...exact,
      properties: { a: { $ref: '#/$defs/t~0~1x' }, b: { $ref: '#/properties/a' } },
      $defs: { 't~/x': { enum: [1, 2] } },
    },
    valid: [{ a: 1, b: 2 }],
    invalid: [{ a: 3 }],
  },
  {
    name: 'reference with siblings',
    schema: { $ref: '#/definitions/t', minLength: 2, definitions: { t: text } },
    valid: ['ab'],
    invalid: ['a', 1],
  },
  {
    name: 'linked list',
    schema: { $ref: '#/$defs/node', $defs: { node } },
    valid: [
      { value: 1, next: null },
      { value: 1, next: { value: 2, next: null } },
    ],
    invalid: [{ value: 1 }, { value: 1, next: {} }],
  },
  {
    name: 'tree',
    schema: { ...exact, properties: { n: { type: 'integer' }, c: { ...list, items: { $ref: '#' } } }, required: ['n'] },
    valid: [{ n: 1 }, { n: 1, c: [{ n: 2, c: [] }, { n: 3 }] }],
    invalid: [{ c: [] }, { n: 1, c: [{}] }],
  },
  {
    name: 'endless property',
    schema: {
      ...exact,
      properties: { a: { $ref: '#/$defs/e' }, b: text },
      $defs: { e: { ...exact, properties: { e: { $ref: '#/$defs/e' } }, required: ['e'] } },
    },
    valid: [{}, { b: '' }],
    invalid: [{ a: {} }],
  },
  {
    name: 'type-specific',
    schema: { minLength: 2, minimum: 5, minItems: 1, required: ['a'] },
    valid: ['ab', 5, [1], { a: 1 }, null, true],
    invalid: ['a', 4, [], {}],
  },
  {
    name: 'remarks',
    schema: {
      ...text,
      title: 'T',
      description: 'D',
      default: 1,
      examples: [2],
      $comment: 'c',
      deprecated: true,
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    },
    valid: ['a'],
    invalid: [1],
  },
  {
    name: 'not kept',
    schema: { ...list, items: { type: 'integer' }, uniqueItems: true, contains: { const: 1 } },
    valid: [[1, 2]],
    invalid: [['a']],
    loose: true,
  },
  { name: 'look-ahead', schema: { ...text, pattern: '^(?=a)' }, valid: ['ab'], invalid: [1], loose: true },
];
