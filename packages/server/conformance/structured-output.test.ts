import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { generateObject, generateText, jsonSchema, Output, streamText, tool } from 'ai';
import OpenAI from 'openai';
import type { RunningServer } from '../src/start-server.ts';
import { testServer } from '../src/test-server.ts';
import { ask, type Body, reply, sameness, stream } from './support/chat.ts';
import * as examples from './support/examples.ts';
import { post, readError } from './support/http.ts';

const model = 'qwen3.5-plus';
const question = 'Extract name, age and city as JSON from: Maria Lind is 34 years old and lives in Lisbon.';
const maria = { name: 'Maria Lind', age: 34, city: 'Lisbon' };
const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' }, city: { type: 'string' } },
  required: ['name', 'age', 'city'],
  additionalProperties: false,
} as const;

function schemaFormat(schema: object, strict = true): Body {
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict } } };
}

test('structured output', async (t) => {
  let server: RunningServer;
  before(async () => {
    server = await testServer();
  });
  t.after(() => server.stop(0));

  const answer = async (body: Body) => {
    const whole = await reply(server, body);
    const streamed = await stream(server, body);
    assert.deepEqual(streamed.answers.map(sameness), whole.answers.map(sameness));
    return whole.answers[0]!;
  };

  await t.test('json_object', async () => {
    for (const thinks of [false, true]) {
      const { content, finish } = await answer(
        ask(question, { response_format: { type: 'json_object' }, enable_thinking: thinks }),
      );
      assert.deepEqual(JSON.parse(content), maria);
      assert.equal(finish, 'stop');
    }
  });

  await t.test('json_object where the model would rather talk', async () => {
    const { content, finish } = await answer(
      ask(examples.capital.question, { response_format: { type: 'json_object' }, max_tokens: 200 }),
    );
    if (finish === 'stop') assert.equal(typeof JSON.parse(content), 'object');
    assert.match(content, /^\s*\{/);
  });

  await t.test('json_schema', async () => {
    for (const thinks of [false, true]) {
      const { content, reasoning } = await answer(ask(question, { ...schemaFormat(person), enable_thinking: thinks }));
      assert.deepEqual(JSON.parse(content), maria);
      assert.equal(reasoning !== null, thinks, 'the thinking stays free');
    }
  });

  await t.test('json_schema holds the model to what it would not write', async () => {
    const schema = {
      type: 'object',
      properties: { verdict: { enum: ['yes', 'no'] }, count: { type: 'integer', minimum: 1, maximum: 9 } },
      required: ['verdict', 'count'],
      additionalProperties: false,
    };
    const body = ask(examples.story, { ...schemaFormat(schema), temperature: 1, seed: 1, n: 8, max_tokens: 200 });
    for (const { content, finish } of (await reply(server, body)).answers) {
      assert.equal(finish, 'stop');
      const value = JSON.parse(content) as { verdict: string; count: number };
      assert.deepEqual(Object.keys(value).sort(), ['count', 'verdict']);
      assert.ok(['yes', 'no'].includes(value.verdict) && value.count >= 1 && value.count <= 9, content);
    }
  });

  await t.test('choice and regex', async () => {
    const picked = await answer(ask(examples.story, { structured_outputs: { choice: ['left', 'right'] } }));
    assert.match(picked.content, /^(left|right)$/);
    const dated = await answer(ask(examples.story, { structured_outputs: { regex: '\\d{4}-\\d{2}-\\d{2}' } }));
    assert.match(dated.content, /^\d{4}-\d{2}-\d{2}$/);
  });

  await t.test('what cannot be kept is refused, with its path', async () => {
    const bad = { type: 'object', properties: { city: { type: 'strin' } } };
    const error = await readError(await post(server, ask(question, schemaFormat(bad))), 'invalid_schema');
    assert.match(error.param ?? '', /^response_format\.json_schema\.schema\.properties\.city/);
    for (const structured of [{}, { regex: 'a', choice: ['b'] }, { regex: '(' }]) {
      const response = await post(server, ask(question, { structured_outputs: structured }));
      assert.equal(response.status, 400, JSON.stringify(structured));
      await response.text();
    }
  });

  await t.test('tool_choice', async (t) => {
    const tools = [examples.getWeather, examples.searchWeb];
    const named = { type: 'function', function: { name: 'search_web' } };
    await t.test('required', async () => {
      const { calls, finish } = await answer(ask(examples.capital.question, { tools, tool_choice: 'required' }));
      assert.equal(finish, 'tool_calls');
      assert.ok(calls.length > 0);
      for (const call of calls) assert.ok(['get_weather', 'search_web'].includes(call.name));
    });
    await t.test('required, after thinking', async () => {
      const { calls } = await answer(
        ask(examples.weather.question, { tools, tool_choice: 'required', enable_thinking: true }),
      );
      assert.ok(calls.length > 0);
    });
    await t.test('named', async () => {
      const { calls } = await answer(ask(examples.weather.question, { tools, tool_choice: named }));
      assert.deepEqual(
        calls.map(({ name }) => name),
        ['search_web'],
      );
      assert.equal(typeof (JSON.parse(calls[0]!.arguments) as { query: unknown }).query, 'string');
    });
    await t.test('some of them', async () => {
      const { calls } = await answer(
        ask(examples.weather.question, {
          tools,
          tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named] } },
        }),
      );
      assert.ok(calls.length > 0 && calls.every(({ name }) => name === 'search_web'));
    });
    await t.test('strict arguments', async () => {
      const strict = {
        type: 'function',
        function: {
          name: 'get_weather',
          strict: true,
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
            required: ['city', 'unit'],
            additionalProperties: false,
          },
        },
      };
      const { calls } = await answer(
        ask('What is the weather in Paris?', { tools: [strict], tool_choice: 'required' }),
      );
      for (const call of calls) {
        const { unit } = JSON.parse(call.arguments) as { unit: string };
        assert.ok(['celsius', 'kelvin'].includes(unit), call.arguments);
      }
    });
  });

  await t.test('openai: parse', async () => {
    const client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1` });
    const completion = await client.chat.completions.parse({
      model,
      messages: [{ role: 'user', content: question }],
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema: person, strict: true } },
    });
    assert.deepEqual(JSON.parse(completion.choices[0]?.message.content ?? ''), maria);
  });

  const provider = () =>
    createOpenAICompatible({
      name: 'lantern',
      baseURL: `${server.url}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model);
  const noThinking = { providerOptions: { lantern: { enable_thinking: false } }, temperature: 0 };

  await t.test('ai: generateObject', async () => {
    const { object } = await generateObject({
      model: provider(),
      schema: jsonSchema<typeof maria>(person as object),
      prompt: question,
      ...noThinking,
    });
    assert.deepEqual(object, maria);
  });

  await t.test('ai: streamText with an object', async () => {
    const result = streamText({
      model: provider(),
      output: Output.object({ schema: jsonSchema<typeof maria>(person as object) }),
      prompt: question,
      ...noThinking,
    });
    let pieces = 0;
    for await (const _ of result.partialOutputStream) pieces++;
    assert.ok(pieces > 1);
    assert.deepEqual(await result.output, maria);
  });

  await t.test('ai: a tool that has to be called', async () => {
    const result = await generateText({
      model: provider(),
      prompt: examples.capital.question,
      toolChoice: 'required',
      tools: {
        search_web: tool({
          description: 'Search the web',
          inputSchema: jsonSchema<{ query: string }>(examples.searchWeb.function.parameters as object),
        }),
      },
      ...noThinking,
    });
    assert.equal(result.toolCalls[0]?.toolName, 'search_web');
  });

  await t.test('@langchain/openai: withStructuredOutput', async () => {
    const chat = new ChatOpenAI({
      model,
      apiKey: 'none',
      temperature: 0,
      configuration: { baseURL: `${server.url}/v1` },
      modelKwargs: { enable_thinking: false },
    });
    for (const method of ['jsonSchema', 'functionCalling', 'jsonMode'] as const) {
      const value = await chat
        .withStructuredOutput({ ...person, title: 'person' }, { method, name: 'person' })
        .invoke(question);
      assert.deepEqual(value, maria, method);
    }
  });
});
