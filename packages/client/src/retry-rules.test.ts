import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LanternClient } from './lantern-client.ts';
import { askedDelay, retryDelay } from './retry-rules.ts';
import { assertFails, done, request, resultOf, withStub } from './stub-client.ts';
import { event, json, piece, pieces, type StubAnswer, says, stubServer } from './stub-server.ts';

const soon = { 'retry-after-ms': '1' };

describe('attempts', () => {
  test('429 and 500 are tried again, as often as is allowed', async () => {
    await withStub([json(429, {}, soon), json(503, {}, soon), says('Hi')], async (client, { asked }) => {
      assert.equal((await client.chat(request).result).content, 'Hi');
      assert.equal(asked.length, 3);
    });
    const full = json(500, { error: { message: 'broken', type: 'server_error', code: 500 } }, soon);
    await withStub([full], async (client, { asked }) => {
      await assert.rejects(client.chat(request).result, { status: 500, code: '500', type: 'server_error' });
      assert.equal(asked.length, 3);
    });
    await withStub(
      [full],
      async (client, { asked }) => {
        await assert.rejects(client.models(), /^ClientError: broken \(500 from \S+\/v1\/models\)$/);
        assert.equal(asked.length, 1);
      },
      { maxRetries: 0 },
    );
  });

  test('x-should-retry decides; 400 is final', () =>
    withStub(
      [
        json(400, {}, { ...soon, 'x-should-retry': 'true' }),
        json(500, {}, { 'x-should-retry': 'false' }),
        json(400, {}),
      ],
      async (client, { asked }) => {
        await assert.rejects(client.models(), { status: 500 });
        assert.equal(asked.length, 2);
        await assert.rejects(client.models(), /^ClientError: 400 Bad Request from/);
        assert.equal(asked.length, 3);
      },
    ));

  test('retry-after is told and kept to; the signal ends the wait', () =>
    withStub([json(429, { error: { message: 'slow down' } }, { 'retry-after': '30' })], async (client) => {
      const control = new AbortController();
      const reason = new Error('enough');
      const stream = client.chat(request, { signal: control.signal });
      setTimeout(() => control.abort(reason), 50);
      await assert.rejects(stream.result, reason);
      const hasty = new LanternClient({ baseUrl: client.baseUrl, maxRetries: 0 });
      await assert.rejects(hasty.models(), { status: 429, retryAfter: 30 });
    }));

  test('a lost connection is tried again; a refused one is told', async () => {
    await withStub([(response) => response.destroy(), says('Hi')], async (client) => {
      assert.equal((await client.chat(request).result).content, 'Hi');
    });
    const server = await stubServer();
    await server[Symbol.asyncDispose]();
    const client = new LanternClient({ baseUrl: server.url, maxRetries: 0 });
    await assert.rejects(client.models(), {
      message: `cannot reach ${server.url}: connection refused`,
      code: 'connection_failed',
      status: null,
    });
  });

  test('a stream that has begun is not asked for again', () =>
    withStub([pieces(event(piece({ content: 'H' })))], async (client, { asked }) => {
      await assert.rejects(client.chat(request).result, { code: 'cut_off' });
      assert.equal(asked.length, 1);
    }));

  test('silence ends before a reply and within one', async () => {
    const silent: StubAnswer = () => undefined;
    await assertFails(silent, /sent nothing for 0\.05 s$/, { code: 'timeout' }, { timeoutMs: 50, maxRetries: 1 });
    const stuck: StubAnswer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece({ content: 'H' })));
    };
    await withStub(
      [stuck],
      async (client, { left }) => {
        const seen: string[] = [];
        await assert.rejects(
          async () => {
            for await (const { type } of client.chat(request)) seen.push(type);
          },
          { code: 'timeout' },
        );
        assert.deepEqual(seen, ['content']);
        await left;
      },
      { timeoutMs: 100 },
    );
  });

  test('comments keep a quiet stream alive', async () => {
    const patient: StubAnswer = async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let i = 0; i < 10; i++) {
        response.write(': ping\n\n');
        await new Promise((resume) => setTimeout(resume, 60));
      }
      response.end(event(piece({}, 'stop')) + done);
    };
    assert.equal((await resultOf(patient, { timeoutMs: 400 })).finishReason, 'stop');
  });

  test('a redirect is told, not followed', () =>
    withStub(
      [
        (response) => response.writeHead(308, { location: 'https://other.example/v1/chat/completions?t=1' }).end(),
        (response) => response.writeHead(302, { location: '/login' }).end(),
      ],
      async (client, { asked }) => {
        await assert.rejects(client.chat(request).result, {
          code: 'redirected',
          message: `${client.baseUrl}/chat/completions redirects to https://other.example/v1/chat/completions; use https://other.example/v1 as the base URL`,
        });
        await assert.rejects(client.models(), /\/v1\/models redirects to http:\S+\/login$/);
        assert.equal(asked.length, 2);
      },
      { apiKey: 'k' },
    ));
});

test('waits double up to 8 s, less up to a quarter; what the server asks for goes first, within a minute', () => {
  const waits = (random: number) => [0, 1, 2, 3, 4, 9].map((attempt) => retryDelay(attempt, null, () => random));
  assert.deepEqual(waits(0), [500, 1000, 2000, 4000, 8000, 8000]);
  assert.deepEqual(waits(1), [375, 750, 1500, 3000, 6000, 6000]);
  const asked = (headers: Record<string, string>) => retryDelay(0, new Headers(headers), () => 0);
  assert.equal(asked({ 'retry-after': '3' }), 3000);
  assert.equal(asked({ 'retry-after': '3', 'retry-after-ms': '20' }), 20);
  assert.equal(asked({ 'retry-after': '0' }), 0);
  for (const value of ['61', '-1', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT'])
    assert.equal(asked({ 'retry-after': value }), 500, value);
  const date = askedDelay(new Headers({ 'retry-after': new Date(Date.now() + 20_000).toUTCString() }))!;
  assert.ok(date > 15_000 && date <= 20_000, String(date));
});
