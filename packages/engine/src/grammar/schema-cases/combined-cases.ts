import type { SchemaCase } from './schema-cases.ts';

const text = { type: 'string' };
const list = { type: 'array' };
const object = { type: 'object' };
const exact = { type: 'object', additionalProperties: false };

const node = {
  ...exact,
  properties: { value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
  required: ['value', 'next'],
};

/** Of schemas that combine others, refer to them, or say what is not kept. */
export const combinedCases: readonly SchemaCase[] = [
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
