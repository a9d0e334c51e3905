import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RunningServer } from '../../server/src/start-server.ts';
import { testServer } from '../../server/src/test-server.ts';
import type { ChatEvent } from './chat-types.ts';
import { ClientError } from './client-error.ts';
import { LanternClient } from './lantern-client.ts';

const KEY = 'sk-for-this-test';
const hello = { messages: [{ role: 'user' as const, content: 'Hello' }], temperature: 0, max_tokens: 200 };
const story = { ...hello, messages: [{ role: 'user' as const, content: 'Tell me a story.' }], ignore_eos: true };
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Get the current weather for a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'Name of the city' } },
      required: ['city'],
    },
  },
};

describe('against a Lantern server', () => {
  let server: RunningServer;
  let client: LanternClient;
  before(async () => {
    server = await testServer({ apiKeys: [KEY] });
    client = new LanternClient({ baseUrl: server.url, apiKey: `${KEY}\n` });
  });
  after(() => server.stop(0));

  test('an answer comes as events that make up its result', async () => {
    const stream = client.chat({ ...hello, enable_thinking: true });
    const events = await Array.fromAsync(stream);
    const joined = (type: 'reasoning' | 'content') =>
      events.map((event) => (event.type === type ? event.text : '')).join('');
    const result = await stream.result;
    assert.match(result.content, /^Hello! I am Lantern's/);
    assert.equal(joined('content'), result.content);
    assert.ok(result.reasoning && result.reasoning === joined('reasoning'));
    assert.deepEqual(result.message, {
      role: 'assistant',
      content: result.content,
      reasoning_content: result.reasoning,
    });
    assert.deepEqual(events.at(-1), { type: 'end', result });
    assert.deepEqual([result.finishReason, result.stopReason, result.model], ['stop', null, 'lantern-tiny']);
    const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = result.usage!;
    assert.ok(promptTokens > 0 && cachedTokens !== null && completionTokens > reasoningTokens! && reasoningTokens! > 0);
    assert.ok(result.timings!.prefillSeconds > 0 && result.timings!.decodeSeconds > 0);
  });

  test('the result comes without iterating; several answers have a stream each and share the usage', async () => {
    const request = { ...hello, enable_thinking: false };
    const alone = await client.chat(request).result;
    const several = await Promise.all(client.chatMany(request, 3).map((stream) => stream.result));
    assert.deepEqual(
      several.map(({ content, reasoning }) => [content, reasoning]),
      Array(3).fill([alone.content, null]),
    );
    for (const { usage } of several) assert.equal(usage!.completionTokens, 3 * alone.usage!.completionTokens);
  });

  test('calls are put together from their pieces', async () => {
    const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
    const stream = client.chat({ ...hello, messages, enable_thinking: false, tools: [weather] });
    const calls = (await Array.fromAsync(stream)).filter((event) => event.type.startsWith('tool-call'));
    const { toolCalls, finishReason, message } = await stream.result;
    const [call] = toolCalls;
    assert.ok(call);
    assert.deepEqual(
      [call.name, JSON.parse(call.arguments), finishReason],
      ['get_weather', { city: 'Paris' }, 'tool_calls'],
    );
    assert.deepEqual(calls[0], { type: 'tool-call-start', index: 0, id: call.id, name: 'get_weather' });
    assert.deepEqual(calls.at(-1), { type: 'tool-call-end', index: 0, call });
    assert.deepEqual(message.tool_calls, [
      { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } },
    ]);
  });

  test('tokens are told only with their log-probabilities', async () => {
    const request = { ...hello, enable_thinking: false, max_tokens: 5 };
    const isToken = (event: ChatEvent) => event.type === 'token';
    assert.equal((await Array.fromAsync(client.chat(request))).filter(isToken).length, 0);
    const events = await Array.fromAsync(client.chat({ ...request, logprobs: true, top_logprobs: 2 }));
    const tokens = events.filter((event) => event.type === 'token');
    assert.equal(tokens.length, 5);
    for (const { logprob, top, token, bytes } of tokens) {
      assert.ok(logprob <= 0);
      assert.equal(top.length, 2);
      assert.equal(new TextDecoder().decode(Uint8Array.from(bytes!)), token);
    }
  });

  test('the models, with how much they hold', async () => {
    const models = await client.models();
    assert.deepEqual(
      models.map(({ id }) => id),
      ['lantern-tiny', 'qwen3.5-plus', 'qwen3.5-flash'],
    );
    assert.equal(models[0]!.max_model_len, 4096);
  });

  test('what the server refuses comes in its own words, with its fields, and without the key', async () => {
    await assert.rejects(client.chat({ ...hello, temperature: 3 }).result, (error: unknown) => {
      assert.ok(error instanceof ClientError);
      assert.match(error.message, /^temperature is 3; it must be .* \(400 from http:\S+\/v1\/chat\/completions\)$/);
      assert.deepEqual(
        [error.status, error.code, error.type, error.param, error.retryAfter],
        [400, 'invalid_request', 'invalid_request_error', 'temperature', null],
      );
      return true;
    });
    await assert.rejects(client.chat({ ...hello, model: 'none' }).result, { status: 404, code: 'model_not_found' });
    const stranger = new LanternClient({ baseUrl: server.url, apiKey: 'sk-secret-of-another' });
    await assert.rejects(stranger.models(), (error: ClientError) => {
      assert.equal(error.status, 401);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /sk-secret/);
      return true;
    });
  });

  test('a signal ends an answer with its reason; leaving early ends it, too; the server is idle then', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    const stream = client.chat({ ...story, max_tokens: 3000 }, { signal: control.signal });
    await assert.rejects(async () => {
      for await (const event of stream) if (event.type !== 'end') control.abort(reason);
    }, reason);
    await assert.rejects(stream.result, reason);
    await assert.rejects(client.models({ signal: control.signal }), reason);

    const other = client.chat({ ...story, max_tokens: 3000 });
    for await (const event of other) if (event.type !== 'end') break;
    await assert.rejects(other.result, { code: 'closed' });
    const { engine } = await server.loaded;
    for (let i = 0; i < 200 && engine.scheduler.running > 0; i++) await new Promise((resume) => setTimeout(resume, 20));
    assert.equal(engine.scheduler.running, 0);
  });
});

test('nothing but the web platform is used', async () => {
  for (const name of await readdir(import.meta.dirname, { recursive: true })) {
    if (!name.endsWith('.ts') || /test\.ts$|^stub-/.test(name)) continue;
    const source = await readFile(join(import.meta.dirname, name), 'utf8');
    assert.doesNotMatch(source, /'node:|\bprocess\.|\bBuffer\b|@lantern\/(?!api['/])/, name);
  }
});
