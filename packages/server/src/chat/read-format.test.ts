import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatCompletion } from '@lantern/api';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

let server: RunningServer;
before(async () => {
  server = await testServer();
});
after(() => server.stop(0));

async function post(body: object): Promise<{ status: number; text: string }> {
  const reply = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      messages: [{ role: 'user', content: 'Tell me of Maria.' }],
      seed: 1,
      max_tokens: 400,
      ...body,
    }),
  });
  return { status: reply.status, text: await reply.text() };
}

async function answers(body: object): Promise<ChatCompletion> {
  const { status, text } = await post(body);
  assert.equal(status, 200, text);
  return JSON.parse(text) as ChatCompletion;
}

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 20 },
    age: { type: 'integer', minimum: 0, maximum: 120 },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 3 },
  },
  required: ['name', 'age'],
  additionalProperties: false,
};
const schemaFormat = { type: 'json_schema', json_schema: { name: 'person', schema: person, strict: true } };

test('answers keep to a schema, with thinking and without, however wild the sampling', async () => {
  for (const enable_thinking of [false, true]) {
    const reply = await answers({ response_format: schemaFormat, enable_thinking, temperature: 1.5, n: 6 });
    for (const { message, finish_reason } of reply.choices) {
      if (finish_reason === 'length') continue;
      const data = JSON.parse(message.content!) as { name: string; age: number };
      assert.equal(typeof data.name, 'string');
      assert.ok(Number.isInteger(data.age) && data.age >= 0 && data.age <= 120, message.content!);
      if (enable_thinking) assert.ok(message.reasoning_content!.length > 0);
      assert.doesNotMatch(message.content!, /^\s/);
    }
    assert.ok(reply.choices.some(({ finish_reason }) => finish_reason === 'stop'));
    assert.equal(reply.lantern!.schema, 'kept');
  }
});

test('a JSON object, a choice, a pattern', async () => {
  const off = { enable_thinking: false, temperature: 1.2 };
  const anyJson = await answers({ response_format: { type: 'json_object' }, ...off, temperature: 0 });
  if (anyJson.choices[0]!.finish_reason === 'stop') JSON.parse(anyJson.choices[0]!.message.content!);
  const chosen = await answers({ structured_outputs: { choice: ['yes', 'no'] }, ...off, n: 8 });
  for (const { message } of chosen.choices) assert.match(message.content!, /^(yes|no)$/);
  const date = await answers({ structured_outputs: { regex: '\\d{4}-\\d{2}-\\d{2}' }, ...off, n: 4 });
  for (const { message } of date.choices) assert.match(message.content!, /^\d{4}-\d{2}-\d{2}$/);
});

const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: {
    name,
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
      required: ['city'],
    },
  },
}));

test('a tool that must be called is called, whatever was asked; a named one once', async () => {
  const hello = { messages: [{ role: 'user', content: 'Hello' }], tools, temperature: 1 };
  for (const enable_thinking of [false, true]) {
    const required = await answers({ ...hello, tool_choice: 'required', enable_thinking, n: 4 });
    for (const { message, finish_reason } of required.choices) {
      if (finish_reason === 'length') continue;
      assert.equal(finish_reason, 'tool_calls');
      assert.equal(message.content, null);
      for (const call of message.tool_calls!) assert.ok('city' in (JSON.parse(call.function.arguments) as object));
    }
    const named = await answers({
      ...hello,
      tool_choice: { type: 'function', function: { name: 'get_time' } },
      enable_thinking,
      n: 4,
    });
    for (const { message, finish_reason } of named.choices)
      if (finish_reason !== 'length')
        assert.deepEqual(
          message.tool_calls!.map((call) => call.function.name),
          ['get_time'],
        );
  }
  const strict = tools.map((tool) => ({ ...tool, function: { ...tool.function, strict: true } }));
  const free = await answers({ ...hello, tools: strict, temperature: 0, enable_thinking: false });
  assert.match(free.choices[0]!.message.content!, /Lantern/);
});

test('what cannot be kept is refused, by its place', async () => {
  const refused: [object, string, RegExp][] = [
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', strict: true, schema: { type: 'object', not: {} } },
        },
      },
      'response_format.json_schema.schema',
      /not/,
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'objekt' } } } },
      'response_format.json_schema.schema.type',
      /must be/,
    ],
    [{ structured_outputs: { regex: '(?=x)y' } }, 'structured_outputs.regex', /look/],
    [{ structured_outputs: { grammar: 'root ::= "x"' } }, 'structured_outputs.grammar', /cannot be honoured/],
    [{ structured_outputs: {} }, 'structured_outputs', /exactly one form/],
    [{ structured_outputs: { choice: ['a'], regex: 'a' } }, 'structured_outputs', /regex and choice/],
    [
      { structured_outputs: { choice: ['a'] }, response_format: { type: 'json_object' } },
      'structured_outputs',
      /exclude each other/,
    ],
    [
      { response_format: schemaFormat, tools, tool_choice: 'required' },
      'response_format.json_schema.schema',
      /exclude each other/,
    ],
    [{ structured_outputs: { regex: '(a{1,1000}){1,1000}' } }, 'structured_outputs.regex', /states|compile/],
  ];
  for (const [body, param, message] of refused) {
    const { status, text } = await post(body);
    assert.equal(status, 400, text);
    const { error } = JSON.parse(text) as { error: { param: string; message: string } };
    assert.equal(error.param, param, error.message);
    assert.match(error.message, message);
  }
});
