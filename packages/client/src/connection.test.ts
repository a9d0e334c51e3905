import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClientError } from './client-error.ts';
import { LanternClient, type LanternClientOptions } from './lantern-client.ts';
import { request, withStub } from './stub-client.ts';
import { json, says, stubServer } from './stub-server.ts';

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
