import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientError } from './client-error.ts';
import { recordChat } from './exchange.ts';
import { LanternClient } from './lantern-client.ts';
import { json, piece, says, stubServer } from './stub-server.ts';

const messages = [{ role: 'user' as const, content: 'Hello' }];

test('a recorded chat keeps the request as sent, every event with its time, and the whole answer', async () => {
  await using server = await stubServer((response, request) => {
    response.setHeader('x-request-id', 'r-1');
    return says('Hi')(response, request);
  });
  const client = new LanternClient({ baseUrl: server.url, apiKey: 'secret-key' });
  let time = 100;
  const { stream, exchange } = recordChat(client, { model: 'm', messages }, { now: () => time++ });
  const result = await stream.result;
  assert.deepEqual(exchange.request.body, server.asked[0]!.body);
  assert.deepEqual(exchange.request.url, `${server.url}/v1/chat/completions`);
  assert.equal(exchange.reply?.status, 200);
  assert.equal(exchange.reply.requestId, 'r-1');
  assert.deepEqual(
    exchange.events.map(({ data }) => data),
    [
      JSON.stringify(piece({ role: 'assistant', content: '' })),
      JSON.stringify(piece({ content: 'Hi' })),
      JSON.stringify(piece({}, 'stop')),
      '[DONE]',
    ],
  );
  const times = [exchange.reply!.atMs, ...exchange.events.map(({ atMs }) => atMs), exchange.endedMs!];
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.equal(exchange.result, result);
  assert.ok(!JSON.stringify(exchange).includes('secret-key'));
});

test('a refusal is recorded with what was sent', async () => {
  await using server = await stubServer(
    json(400, { error: { message: 'no', code: 'invalid_request' } }, { 'x-request-id': 'r-2' }),
  );
  const { stream, exchange } = recordChat(new LanternClient({ baseUrl: server.url }), { model: 'm', messages });
  await assert.rejects(stream.result, /no/);
  assert.deepEqual(exchange.request.body, server.asked[0]!.body);
  assert.deepEqual([exchange.reply, exchange.events, exchange.result], [null, [], null]);
  assert.match(String(exchange.failure), /400/);
  assert.equal((exchange.failure as ClientError).requestId, 'r-2');
});
