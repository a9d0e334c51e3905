import type { SchemaCase } from './schema-cases.ts';

const text = { type: 'string' };
const list = { type: 'array' };
const object = { type: 'object' };
const exact = { type: 'object', additionalProperties: false };

/** Of objects and arrays. */
export const containerCases: readonly SchemaCase[] = [
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
];
