import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testServer } from '../src/test-server.ts';
import { ask, type Body, reply } from './support/chat.ts';
import * as examples from './support/examples.ts';
import { post } from './support/http.ts';
import { untilIdle } from './support/idle.ts';

/** Within which a body has to be answered or refused, and another request beside it. */
const LONGEST_MS = 5000;

function nested(depth: number): Body {
  let schema: Body = { type: 'string' };
  for (let i = 0; i < depth; i++) schema = { type: 'object', properties: { a: schema }, required: ['a'] };
  return schema;
}

function format(schema: Body, strict = true): Body {
  return { response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict } } };
}

const list = (length: number) => Array.from({ length }, (_, i) => i);
const self = {
  $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
  $ref: '#/$defs/node',
};

/** Bodies that are short, or not too long, and that cost whoever takes them at their word. */
const bodies: { [name: string]: Body } = {
  'a regular expression of many repeats': { structured_outputs: { regex: '((a{1,1000}){1,1000}){1,1000}' } },
  'a regular expression that backtracks': { structured_outputs: { regex: '(((a*)*)*)*b' } },
  'a regular expression with a huge count': { structured_outputs: { regex: 'a{1000000}' } },
  'a regular expression of many choices': { structured_outputs: { regex: `(${'(a|b|c|d|e)?'.repeat(2000)})` } },
  'many choices': { structured_outputs: { choice: list(20_000).map((i) => `choice ${i}`) } },
  'a schema nested deep': format(nested(500)),
  'a schema that refers to itself': format(self),
  'a schema that is only itself': format({ $ref: '#' }),
  'a schema that goes in circles': format({
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    $ref: '#/$defs/a',
  }),
  'a schema with a huge list': format({ type: 'array', items: { type: 'integer' }, minItems: 1_000_000 }),
  'a schema with a long text': format({ type: 'string', minLength: 1_000_000, maxLength: 2_000_000 }),
  'a schema with a bad pattern': format({ type: 'string', pattern: '^(a+)+$' }),
  'a schema with many properties': format({
    type: 'object',
    properties: Object.fromEntries(list(3000).map((i) => [`p${i}`, { type: 'integer' }])),
  }),
  'a schema of many cases': format({ anyOf: list(2000).map((i) => ({ const: `case ${i}` })) }),
  'a schema that multiplies': format({
    $defs: Object.fromEntries(
      list(30).map((i) => [
        `d${i}`,
        i === 0
          ? { type: 'null' }
          : { anyOf: [{ $ref: `#/$defs/d${i - 1}` }, { type: 'array', items: { $ref: `#/$defs/d${i - 1}` } }] },
      ]),
    ),
    $ref: '#/$defs/d29',
  }),
  'many tools': {
    tools: list(500).map((i) => ({
      ...examples.getWeather,
      function: { ...examples.getWeather.function, name: `f${i}` },
    })),
  },
  'many tools of which one has to be called': {
    tool_choice: 'required',
    tools: list(20).map((i) => ({ type: 'function', function: { name: `f${i}`, parameters: nested(20) } })),
  },
  'many messages': {
    messages: list(3000)
      .map((i) => ({ role: i % 2 ? 'assistant' : 'user', content: 'x' }))
      .slice(0, 2999),
  },
  'many biases': { logit_bias: Object.fromEntries(list(3000).map((i) => [i, -1])) },
  'many stops': { stop: list(64).map((i) => `${'ab'.repeat(500)}${i}`) },
  'a long text of one letter': { messages: [{ role: 'user', content: 'a'.repeat(400_000) }] },
  'a long text of blanks': { messages: [{ role: 'user', content: ' '.repeat(400_000) }] },
  'a long text without blanks': { messages: [{ role: 'user', content: 'aZ9-'.repeat(100_000) }] },
  'a question that goes on and on': {
    enable_thinking: null,
    enable_auto: true,
    messages: [{ role: 'user', content: '1 - '.repeat(50_000) }],
  },
  'calls without end in the history': {
    messages: [
      { role: 'user', content: 'x' },
      {
        role: 'assistant',
        tool_calls: list(200).map((i) => ({
          id: `c${i}`,
          type: 'function',
          function: { name: 'f', arguments: '{"a":'.repeat(300) },
        })),
      },
      { role: 'user', content: 'x' },
    ],
  },
};

test('bodies made to cost', { timeout: 300_000 }, async (t) => {
  const server = await testServer({ engine: { contextTokens: 2048 } });
  t.after(() => server.stop(0));
  for (const [name, fields] of Object.entries(bodies))
    await t.test(name, async (t) => {
      const start = performance.now();
      const signal = AbortSignal.timeout(4 * LONGEST_MS);
      const costly = post(server, ask('Hello', { max_tokens: 4, ...fields }), { signal }).then(async (response) => {
        const text = await response.text();
        return { status: response.status, text, milliseconds: performance.now() - start };
      });
      const beside = reply(server, ask('Hello', { max_tokens: 4 }), { signal }).then(() => performance.now() - start);
      const [{ status, text, milliseconds }, other] = await Promise.all([costly, beside]);
      t.diagnostic(`${status} after ${Math.round(milliseconds)} ms; another request after ${Math.round(other)} ms`);
      assert.ok(status === 200 || status === 400, `${status}: ${text}`);
      assert.ok(milliseconds < LONGEST_MS, `answered after ${Math.round(milliseconds)} ms`);
      assert.ok(other < LONGEST_MS, `another request was held up for ${Math.round(other)} ms`);
    });
  await untilIdle(server);
});
