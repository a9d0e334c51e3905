import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ClientError } from './client-error.ts';
import { LanternClient, type LanternClientOptions } from './lantern-client.ts';
import { chunks, event, json, piece, pieces, type StubAnswer, says, stubServer } from './stub-server.ts';

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const soon = { 'retry-after-ms': '1' };
const done = 'data: [DONE]\n\n';

type Given = Omit<LanternClientOptions, 'baseUrl'>;

/** Runs `work` with a client of a server that gives these answers in turn. */
async function withStub<T>(
  answers: StubAnswer[],
  work: (client: LanternClient, server: Awaited<ReturnType<typeof stubServer>>) => Promise<T>,
  options: Given = {},
): Promise<T> {
  await using server = await stubServer(...answers);
  return await work(new LanternClient({ baseUrl: server.url, ...options }), server);
}

function resultOf(answer: StubAnswer, options?: Given) {
  return withStub([answer], (client) => client.chat(request).result, options);
}

/** The answer fails with a ClientError that has these fields and whose message matches. */
async function fails(answer: StubAnswer, message: RegExp, fields: Partial<ClientError>, options?: Given) {
  await assert.rejects(resultOf(answer, options), (error: unknown) => {
    assert.ok(error instanceof ClientError, String(error));
    assert.match(error.message, message);
    for (const [name, value] of Object.entries(fields)) assert.equal(error[name as keyof ClientError], value, name);
    return true;
  });
}

describe('what is sent', () => {
  test('a stream is asked for, with its usage; the key is a bearer', () =>
    withStub(
      [says('Hi')],
      async (client, { asked }) => {
        await client.chat({ ...request, top_k: 5 }).result;
        await Promise.allSettled(client.chatMany(request, 2).map((stream) => stream.result));
        assert.equal(asked[0]!.method, 'POST');
        assert.equal(asked[0]!.path, '/v1/chat/completions');
        assert.equal(asked[0]!.headers.authorization, 'Bearer k');
        assert.deepEqual(asked[0]!.body, {
          ...request,
          top_k: 5,
          stream: true,
          stream_options: { include_usage: true },
        });
        assert.equal((asked[1]!.body as { n: number }).n, 2);
      },
      { apiKey: ' k\n' },
    ));

  test('an address without a path gets /v1, any other is taken as it is, a query stays', async () => {
    await using server = await stubServer(json(200, { data: [] }));
    for (const path of ['', '/', '/v1/', '/compatible-mode/v1', '/x?version=2']) {
      const client = new LanternClient({ baseUrl: server.url + path });
      await client.models();
      assert.doesNotMatch(client.baseUrl, /version/);
    }
    assert.deepEqual(
      server.asked.map(({ path, headers }) => [path, headers.authorization]),
      ['/v1/models', '/v1/models', '/v1/models', '/compatible-mode/v1/models', '/x/models?version=2'].map((path) => [
        path,
        undefined,
      ]),
    );
  });

  test('options that cannot be used are refused, without showing secrets', () => {
    const cases: [LanternClientOptions, RegExp][] = [
      [{ baseUrl: 'localhost:8000' }, /baseUrl is "localhost:8000"; it must begin with http/],
      [{ baseUrl: 'ftp://host' }, /must begin with http/],
      [{ baseUrl: 'http://me:secret@host' }, /user name or password; give the key as apiKey/],
      [{ baseUrl: 'http://me:secret@:x' }, /baseUrl is no address/],
      [{ baseUrl: 'http://host', apiKey: 'sec ret' }, /no header can carry it/],
      [{ baseUrl: 'http://host', timeoutMs: 0 }, /timeoutMs is 0; it must be above 0/],
      [{ baseUrl: 'http://host', maxRetries: -1 }, /maxRetries is -1/],
    ];
    for (const [options, message] of cases)
      assert.throws(
        () => new LanternClient(options),
        (error: ClientError) => {
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /sec ?ret/);
          return error.code === 'invalid_option';
        },
      );
  });
});

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
    await fails(silent, /sent nothing for 0\.05 s$/, { code: 'timeout' }, { timeoutMs: 50, maxRetries: 1 });
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
    const patient = pieces(...Array.from({ length: 30 }, () => ': ping\n\n'), event(piece({}, 'stop')), done);
    assert.equal((await resultOf(patient, { timeoutMs: 60 })).finishReason, 'stop');
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

describe('streams', () => {
  test('one that ends early says so', async () => {
    const cut = /^the stream from http:\S+\/v1\/chat\/completions ended before the answer had a finish reason$/;
    await fails(pieces(event(piece({ content: 'H' }))), cut, { code: 'cut_off', status: null });
    await fails(pieces(event(piece({ content: 'H' })), done), cut, { code: 'cut_off' });
    const destroyed: StubAnswer = async (response) => {
      await pieces(event(piece({ content: 'H' })))(
        { ...response, end: () => undefined } as typeof response,
        {} as never,
      );
    };
    void destroyed;
    const torn: StubAnswer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece({ content: 'H' })), () => response.destroy());
    };
    await fails(torn, /the reply of http:\S+ broke off: the other side closed/, { code: 'cut_off' });
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
      await fails(
        pieces(event(piece({ content: 'H' })), form, done),
        /^the key \[key\] has no more \(in the middle of the stream from http:\S+\)$/,
        { code: 'quota', type: 'rate_limit', status: null },
        { apiKey: 'sk-1' },
      );
    await fails(pieces(event({ error: 'out of memory' })), /^out of memory \(in the middle/, { code: null });
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
    assert.deepEqual(usage, { promptTokens: 3, cachedTokens: null, completionTokens: 4, reasoningTokens: 2 });
  });

  test('a page is no answer', async () => {
    const page: StubAnswer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi</p>');
    await fails(page, /without any event, of type text\/html; is the base URL right\?$/, { code: 'invalid_reply' });
    await fails(pieces('data: {"a\n\n'), /sent an event that is no JSON object: \{"a$/, { code: 'invalid_reply' });
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

describe('deltas', () => {
  const call = (index: number, id: string | null, name: string | null, args: unknown) => ({
    index,
    ...(id !== null && { id, type: 'function' }),
    function: { ...(name !== null && { name }), arguments: args },
  });

  test("Model Studio's: empty ids later on, thinking first, null contents, usage at the end", async () => {
    const delta = (fields: object) => piece({ content: null, reasoning_content: null, ...fields });
    const result = await resultOf(
      chunks(
        piece({ role: 'assistant', content: null, reasoning_content: '' }),
        delta({ reasoning_content: 'Hm.' }),
        delta({ tool_calls: [call(0, 'call_1', 'get_weather', '')] }),
        delta({ tool_calls: [call(0, '', null, '{"city": ')] }),
        delta({ tool_calls: [call(0, '', '', '"Paris"}')] }),
        delta({ tool_calls: [call(1, 'call_2', 'get_time', '{}')] }),
        piece({ content: '', reasoning_content: null }, 'tool_calls'),
        {
          choices: [],
          usage: {
            prompt_tokens: 9,
            completion_tokens: 8,
            prompt_tokens_details: { cached_tokens: 4 },
            completion_tokens_details: { reasoning_tokens: 1 },
          },
        },
      ),
    );
    assert.deepEqual(result.toolCalls, [
      { id: 'call_1', name: 'get_weather', arguments: '{"city": "Paris"}' },
      { id: 'call_2', name: 'get_time', arguments: '{}' },
    ]);
    assert.deepEqual([result.content, result.reasoning, result.finishReason], ['', 'Hm.', 'tool_calls']);
    assert.deepEqual(result.usage, { promptTokens: 9, cachedTokens: 4, completionTokens: 8, reasoningTokens: 1 });
  });

  test("vLLM's: reasoning by its other name; a stop with calls is told as calls", async () => {
    const result = await resultOf(
      chunks(
        piece({ reasoning: 'Hm.' }),
        piece({ reasoning_content: 'Hm!', reasoning: 'Hm!' }),
        piece({ tool_calls: [call(0, 'c', 'f', '{}')] }),
        piece({}, 'stop'),
      ),
    );
    assert.deepEqual([result.reasoning, result.finishReason], ['Hm.Hm!', 'tool_calls']);
  });

  test("llama.cpp's timings, SGLang's stop", async () => {
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', matched_stop: '\n' }] };
    const timings = { cache_n: 1, prompt_n: 2, prompt_ms: 500, predicted_n: 3, predicted_ms: 250 };
    const result = await resultOf(chunks(piece({ content: 'Hi' }), { ...last, timings }));
    assert.deepEqual(result.timings, { queueSeconds: 0, prefillSeconds: 0.5, decodeSeconds: 0.25 });
    assert.equal(result.stopReason, '\n');
  });

  test('mixed, nameless, without ids, with objects as arguments, all of index 0: calls stay apart', async () => {
    const of = async (...lists: object[][]) => {
      const deltas = lists.map((tool_calls) => piece({ tool_calls }));
      return (await resultOf(chunks(...deltas, piece({}, 'tool_calls')))).toolCalls;
    };
    const expected = [
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{"y":2}' },
    ];
    assert.deepEqual(
      await of(
        [call(0, 'a', 'f', '{"x":'), call(1, 'b', 'g', '{"y":')],
        [call(0, null, null, '1}'), call(1, null, null, '2}')],
      ),
      expected,
    );
    assert.deepEqual(await of([call(0, 'a', 'f', { x: 1 })], [call(0, 'b', 'g', { y: 2 })]), expected);
    assert.deepEqual(
      await of([call(0, 'a', null, '{"x":')], [call(0, null, 'f', '1}')], [call(1, 'b', 'g', '{"y":2}')]),
      expected,
    );
    assert.deepEqual(await of([call(0, null, 'f', '{}')]), [{ id: 'call_0', name: 'f', arguments: '{}' }]);
  });
});

describe('refusals in every form', () => {
  const cases: [name: string, answer: StubAnswer, message: RegExp, fields: Partial<ClientError>][] = [
    [
      'vLLM, code is the status',
      json(400, { error: { message: 'too long', code: 400 } }),
      /^too long \(400 from/,
      { code: '400' },
    ],
    ['vLLM, a bare text', json(401, { error: 'Unauthorized' }), /^Unauthorized \(401 from/, { status: 401 }],
    [
      'SGLang, flat',
      json(400, { object: 'error', message: 'no', type: 'Bad', code: 400 }),
      /^no \(400/,
      { type: 'Bad' },
    ],
    [
      'Model Studio',
      json(403, { code: 'AccessDenied', message: 'no', request_id: 'r' }),
      /^no \(403/,
      { code: 'AccessDenied' },
    ],
    ['FastAPI', json(422, { detail: [{ msg: 'bad' }] }), /^\[\{"msg":"bad"\}\] \(422/, { status: 422 }],
    ['a plain text', (r) => r.writeHead(404, { 'content-type': 'text/plain' }).end('no\nroute'), /^no route \(404/, {}],
    ['a page', (r) => r.writeHead(404, { 'content-type': 'text/html' }).end('<p>'), /^404 Not Found from http/, {}],
    ['a key that is repeated', json(401, { error: { message: 'bad key: sk-1!' } }), /^bad key: \[key\]! \(401/, {}],
  ];
  for (const [name, answer, message, fields] of cases)
    test(name, () => fails(answer, message, { code: null, ...fields }, { apiKey: 'sk-1' }));
});
