import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFails, done, request, resultOf, withStub } from './stub-client.ts';
import { chunks, event, json, piece, pieces, type StubAnswer, says } from './stub-server.ts';

describe('streams', () => {
  test('one that ends early says so', async () => {
    const cut = /^the stream from http:\S+\/v1\/chat\/completions ended before the answer had a finish reason$/;
    await assertFails(pieces(event(piece({ content: 'H' }))), cut, { code: 'cut_off', status: null });
    await assertFails(pieces(event(piece({ content: 'H' })), done), cut, { code: 'cut_off' });
    const torn: StubAnswer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece({ content: 'H' })), () => response.destroy());
    };
    await assertFails(torn, /the reply of http:\S+ broke off: the other side closed/, { code: 'cut_off' });
  });

  test('one without [DONE] is whole when it has a finish reason', async () => {
    const { content, finishReason, usage } = await resultOf(pieces(event(piece({ content: 'Hi' }, 'length'))));
    assert.deepEqual([content, finishReason, usage], ['Hi', 'length', null]);
  });

  test('after [DONE] a server that does not hang up is not waited for', () =>
    withStub(
      [
        (response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(event(piece({ content: 'Hi' }, 'stop')) + done);
        },
      ],
      async (client, { left }) => {
        assert.equal((await client.chat(request).result).content, 'Hi');
        await left;
      },
    ));

  test('an error in the middle is thrown with what it says, after what came before', async () => {
    const failure = { message: 'the key sk-1 has\nno more', type: 'rate_limit', param: null, code: 'quota' };
    const forms = [
      event({ error: failure }),
      event({ object: 'error', ...failure }),
      `event: error\n${event(failure)}`,
      `event: error\n${event({ error: failure })}`,
    ];
    for (const form of forms)
      await assertFails(
        pieces(event(piece({ content: 'H' })), form, done),
        /^the key \[key\] has no more \(in the middle of the stream from http:\S+\)$/,
        { code: 'quota', type: 'rate_limit', status: null },
        { apiKey: 'sk-1' },
      );
    await assertFails(pieces(event({ error: 'out of memory' })), /^out of memory \(in the middle/, { code: null });
  });

  test('line ends of every kind, and characters cut in two', async () => {
    const text = [piece({ content: 'Grüße 😀' }), piece({}, 'stop')].map(event).join('') + done;
    for (const end of ['\n', '\r\n', '\r']) {
      const bytes = new TextEncoder().encode(text.replaceAll('\n', end));
      const cut = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
      assert.equal((await resultOf(pieces(...cut))).content, 'Grüße 😀');
    }
  });

  test('a reply in one piece counts as a stream', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const message = { role: 'assistant', content: null, reasoning: 'Hm.', tool_calls: [call, { ...call, id: 'c2' }] };
    const { reasoning, toolCalls, usage } = await resultOf(
      json(200, {
        choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
        usage: { prompt_tokens: 3, completion_tokens: 4, reasoning_tokens: 2 },
      }),
    );
    assert.equal(reasoning, 'Hm.');
    assert.deepEqual(
      toolCalls.map(({ id }) => id),
      ['c1', 'c2'],
    );
    assert.deepEqual(usage, {
      promptTokens: 3,
      cachedTokens: null,
      completionTokens: 4,
      reasoningTokens: 2,
      acceptedDraftTokens: null,
      rejectedDraftTokens: null,
    });
  });

  test('a page is no answer', async () => {
    const page: StubAnswer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi</p>');
    await assertFails(page, /without any event, of type text\/html; is the base URL right\?$/, {
      code: 'invalid_reply',
    });
    await assertFails(pieces('data: {"a\n\n'), /sent an event that is no JSON object: \{"a$/, {
      code: 'invalid_reply',
    });
    await withStub([page, json(200, {})], async (client) => {
      await assert.rejects(client.models(), /sent no JSON; is the base URL right/);
      await assert.rejects(client.models(), /sent no list of models/);
    });
  });

  test('answers that the server leaves out fail, the others are whole', () =>
    withStub([says('Hi')], async (client) => {
      const [first, second] = client.chatMany(request, 2);
      assert.equal((await first!.result).content, 'Hi');
      await assert.rejects(second!.result, /ended before answer 2 of 2 had a finish reason/);
    }));

  test('answers may mix; one reader that leaves does not end the others', () =>
    withStub(
      [
        chunks(
          piece({ content: 'a' }, null, 1),
          piece({ content: 'b' }, null, 0),
          piece({ content: 'c' }, 'stop', 1),
          piece({ content: 'd' }, 'length', 0),
        ),
      ],
      async (client) => {
        const [first, second] = client.chatMany(request, 2);
        for await (const _ of second!) break;
        await assert.rejects(second!.result, { code: 'closed' });
        const { content, finishReason } = await first!.result;
        assert.deepEqual([content, finishReason], ['bd', 'length']);
      },
    ));
});
