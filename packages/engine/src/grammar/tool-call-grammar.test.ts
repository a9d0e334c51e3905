import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ToolDefinition } from '../chat/messages.ts';
import { call, parse, parseAnyhow } from '../chat/tools/tool-call-test.ts';
import { LanternError } from '../errors.ts';
import type { Grammar } from './grammar.ts';
import { accepts, after, randomText, seeded, shortestEnd, testTokenizer } from './grammar-test.ts';
import { toolCallGrammar } from './tool-call-grammar.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const tokenizer = testTokenizer();

function tool(
  name: string,
  properties: { [name: string]: unknown },
  required: readonly string[] = [],
  more = {},
): ToolDefinition {
  const parameters = { type: 'object', properties, required, additionalProperties: false, ...more };
  return { type: 'function', function: { name, parameters } };
}

const text = { type: 'string' };
const tools: readonly ToolDefinition[] = [
  tool('f', { s: text, t: text, n: { type: 'integer', minimum: 0, maximum: 99 }, o: { type: 'object' } }, ['s']),
  tool('limits', {
    short: { ...text, minLength: 2, maxLength: 5 },
    exact: { ...text, minLength: 20, maxLength: 20 },
    long: { ...text, maxLength: 5000 },
    day: { ...text, format: 'date' },
    code: { ...text, pattern: '^[A-Z]+$', maxLength: 4 },
    any: { description: 'Says nothing.' },
  }),
  tool(
    'unions',
    {
      u: { type: ['string', 'null'] },
      v: { type: ['string', 'integer'] },
      w: { anyOf: [text, { type: 'integer', minimum: 10 }, { type: 'array', items: { type: 'integer' } }] },
      x: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      e: { enum: ['auto', '7', 8, true, null] },
      b: { type: 'boolean' },
      c: { const: 'only\nthis' },
      d: { type: 'string', nullable: true, enum: ['x', null] },
    },
    ['e'],
  ),
  tool(
    'deep',
    {
      items: {
        type: 'array',
        items: {
          type: 'object',
          properties: { k: text, n: { type: 'number' } },
          required: ['k'],
          additionalProperties: false,
        },
        maxItems: 3,
      },
      unit: { $ref: '#/$defs/Unit' },
      tree: { $ref: '#/$defs/Tree' },
    },
    ['unit', 'items'],
    {
      $defs: {
        Unit: { enum: ['C', 'F'] },
        Tree: {
          type: 'object',
          properties: { c: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
          additionalProperties: false,
        },
      },
    },
  ),
  tool('ping', {}),
  { name: 'bare' },
];

function schemaOf(name: string): object {
  const found = tools.find((one) => ((one.function ?? one) as { name: string }).name === name);
  const { parameters } = (found?.function ?? found) as { parameters?: object };
  return parameters ?? { type: 'object', maxProperties: 0 };
}

/** The calls of an answer, each checked against the schema of its tool. */
function checkedCalls(answer: string): string[] {
  return parse([answer], tools).map((said) => {
    assert.ok(typeof said === 'object', `content: ${JSON.stringify(said)} in ${JSON.stringify(answer)}`);
    const [[name, args]] = Object.entries(said) as [[string, string]];
    const validate = ajv.compile(schemaOf(name));
    assert.ok(validate(JSON.parse(args)), `${answer}\n${args}: ${ajv.errorsText(validate.errors)}`);
    return name;
  });
}

test('random calls are read back as valid calls', () => {
  const grammar = toolCallGrammar(tools, { strict: true });
  const names = new Set<string>();
  const random = seeded(5);
  let most = 0;
  for (let i = 0; i < 40; i++) {
    const calls = checkedCalls(randomText(grammar, tokenizer, random, 70));
    for (const name of calls) names.add(name);
    most = Math.max(most, calls.length);
  }
  assert.equal(names.size, tools.length);
  assert.ok(most > 1);
});

for (const one of tools) {
  const { name } = (one.function ?? one) as { name: string };
  test(`random calls of ${name} are read back as valid calls, one each`, () => {
    const grammar = toolCallGrammar(tools, { choice: name, parallel: false, strict: true });
    const random = seeded(name.length);
    for (let i = 0; i < 25; i++) assert.deepEqual(checkedCalls(randomText(grammar, tokenizer, random, 80)), [name]);
  });
}

const FRAGMENTS = [
  ...[
    '<tool_call>',
    '</tool_call>',
    '<function=f>',
    '<function=ping>',
    '</function>',
    '<parameter=s>',
    '<parameter=t>',
  ],
  ...[
    '<parameter=u>',
    '</parameter>',
    '</parameter',
    '<',
    '>',
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    'a',
    'é',
    '5',
    '-1',
  ],
  ...['null', 'None', 'true', 'True', '[1]', '{"a": 1}', '"', "'", '{', '}', '[', ']', ':', ', ', '\\', '.5', '(1,)'],
];

test('values made of tags and of what looks like other types are read back', () => {
  const grammar = toolCallGrammar(tools, { strict: true });
  const random = seeded(21);
  for (let i = 0; i < 400; i++) {
    let answer = '';
    for (let step = 0; step < 60; step++) {
      const fragment = FRAGMENTS[Math.floor(random() * FRAGMENTS.length)]!;
      // The only way to go on, or else something that fits.
      const forced = forcedText(grammar, answer);
      if (forced !== '') answer += forced;
      else if (after(grammar, answer + fragment)) answer += fragment;
      else if (random() < 0.2 && after(grammar, `${answer}\n</parameter>\n`)) answer += '\n</parameter>\n';
    }
    const rest = shortestEnd(grammar, after(grammar, answer)!);
    checkedCalls(answer + new TextDecoder().decode(Uint8Array.from(rest!)));
  }
});

/** Text that must come next. */
function forcedText(grammar: Grammar, text: string): string {
  let config = after(grammar, text);
  let forced = '';
  while (config && !config.mayEnd) {
    const from = config;
    const next = [...Array(128).keys()].filter((byte) => grammar.machine.step(from, byte));
    if (next.length !== 1) break;
    forced += String.fromCharCode(next[0]!);
    config = grammar.machine.step(config, next[0]!);
  }
  return forced;
}

const cases: [name: string, answer: string, isAllowed: boolean][] = [
  ['no arguments', call('ping'), true],
  ['no schema', call('bare'), true],
  ['an argument that is not declared', call('ping', { a: 'x' }), false],
  ['an unknown tool', call('pong'), false],
  ['all arguments', call('f', { s: 'a\n<b>', t: '', n: '3', o: '{"a": [1, "é"]}' }), true],
  ['a required one only', call('f', { s: '' }), true],
  ['a required one left out', call('f', { t: 'a' }), false],
  ['another order', call('f', { t: 'a', s: 'b' }), false],
  ['an integer out of range', call('f', { s: '', n: '100' }), false],
  ['a word for an integer', call('f', { s: '', n: 'three' }), false],
  ['JSON on lines', call('f', { s: '', o: '{\n  "a": {}\n}' }), true],
  ['tags within a line', call('f', { s: 'a <tool_call> <function=f> </function>' }), true],
  ['a closing tag', call('f', { s: 'a </parameter> b' }), false],
  ['the beginning of a closing tag', call('f', { s: '</parameter' }), true],
  ['tags on lines', call('f', { s: 'a\n</function>' }), false],
  ['a call on a line', call('f', { s: '<tool_call>\n' }), false],
  ['lengths', call('limits', { short: '😀😀😀😀😀', exact: 'x'.repeat(20), long: 'y'.repeat(5000) }), true],
  ['too short', call('limits', { short: 'a' }), false],
  ['too long', call('limits', { short: 'abcdef' }), false],
  ['not exact', call('limits', { exact: 'x'.repeat(19) }), false],
  ['much too long', call('limits', { long: 'y'.repeat(5001) }), false],
  ['formats', call('limits', { day: '2024-02-29', code: 'ABCD' }), true],
  ['a bad pattern', call('limits', { code: 'abcd' }), false],
  ['anything', call('limits', { any: '5' }), true],
  ['words of JSON', call('unions', { u: 'null', e: 'true', b: 'false' }), true],
  ['words of Python', call('unions', { x: 'None', e: 'None', b: 'True', d: 'None' }), true],
  ['a text of digits that is one of the constants', call('unions', { e: '7' }), true],
  ['no constant', call('unions', { e: '9' }), false],
  ['a text that would be read as something else', call('unions', { w: '5', e: '8' }), false],
  ['a text that is none of it', call('unions', { w: 'w [1]', e: '8' }), true],
  ['a list', call('unions', { w: '[1, 2]', e: '8' }), true],
  ['several calls', `${call('ping')}\n${call('ping')}`, true],
  ['calls too far apart', `${call('ping')}\n\n${call('ping')}`, false],
  ['text before', `So: ${call('ping')}`, false],
];

for (const [name, answer, isAllowed] of cases) {
  test(`calls: ${name}`, () => {
    assert.equal(accepts(toolCallGrammar(tools), answer), isAllowed);
    if (isAllowed && answer.length < 400) parseAnyhow(answer, tools);
    if (isAllowed) checkedCalls(answer);
  });
}

test('one call, chosen tools, or text as well', () => {
  const two = `${call('ping')}\n${call('bare')}`;
  assert.ok(accepts(toolCallGrammar(tools, { choice: ['ping', 'bare'] }), two));
  assert.ok(!accepts(toolCallGrammar(tools, { choice: 'ping' }), two));
  assert.ok(!accepts(toolCallGrammar(tools, { parallel: false }), two));
  assert.ok(!accepts(toolCallGrammar(tools), `\n\n${two}`));
  assert.ok(accepts(toolCallGrammar(tools, { leadingNewlines: true }), `\n\n${two}`));
  const free = toolCallGrammar(tools, { required: false });
  for (const answer of ['', 'Hello <b>!', two, `Let me see.\n\n${two}`]) assert.ok(accepts(free, answer), answer);
  for (const answer of ['<tool_call>', `${two} And so on.`, '<tool_call>\n<function=pong>'])
    assert.ok(!accepts(free, answer));
  const random = seeded(9);
  for (let i = 0; i < 30; i++) parse([randomText(free, tokenizer, random, 40)], tools);
});

const refused: [name: string, known: readonly ToolDefinition[], options: object, code: string, message: RegExp][] = [
  ['no tools', [], {}, 'bad-input', /empty/],
  ['an unknown choice', tools, { choice: 'pong' }, 'bad-input', /no tool is named "pong"; allowed are "f"/],
  ['a bad name', [tool('a>b', {})], {}, 'bad-input', /named "a>b"/],
  ['a bad parameter', [tool('a', { 'b\n': {} })], {}, 'unsupported', /the tool "a".*at \/properties\/b/],
  [
    'a bad schema',
    [tool('a', { b: { type: 'integer', minimum: 'x' } })],
    {},
    'bad-input',
    /the tool "a".*\/properties\/b\/minimum/,
  ],
  [
    'an impossible parameter',
    [tool('a', { b: { type: 'integer', minimum: 3, maximum: 2 } }, ['b'])],
    {},
    'bad-input',
    /"b" is required/,
  ],
  ['what is not declared', [tool('a', {}, ['b'])], {}, 'unsupported', /names "b"/],
  ['what is not kept', [tool('a', { b: { not: {} } })], { strict: true }, 'unsupported', /\/properties\/b\/not/],
  ['alternatives of all arguments', [tool('a', {}, [], { anyOf: [{}] })], { strict: true }, 'unsupported', /\/anyOf/],
];

for (const [name, known, options, code, message] of refused) {
  test(`tools that are refused: ${name}`, () => {
    assert.throws(
      () => toolCallGrammar(known, options),
      (error) => error instanceof LanternError && error.code === code && message.test(error.message),
    );
  });
}
