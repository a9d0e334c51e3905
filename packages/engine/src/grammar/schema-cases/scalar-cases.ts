import type { SchemaCase } from './schema-cases.ts';

const text = { type: 'string' };

/** Of texts, numbers and constants. */
export const scalarCases: readonly SchemaCase[] = [
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
    schema: { ...text, minLength: 150 },
    valid: ['x'.repeat(150), 'x'.repeat(151)],
    invalid: ['x'.repeat(149)],
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
];
