import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SearxngSearch } from './searxng-search.ts';
import { give, type StubServer, startStub } from './stub-server-test.ts';

let stub: StubServer;
before(async () => {
  stub = await startStub();
});
after(() => stub.close());

const options = { count: 5, signal: new AbortController().signal };

test('the request, with a base address in any of its forms', async () => {
  stub.reply = give(200, {
    results: [{ title: 'A <b> & c', url: 'https://example.com/?a=1', content: 'Vec<T> & co' }],
  });
  for (const path of ['', '/', '/sub', '/sub/', '/sub/search']) {
    const results = await new SearxngSearch({ baseUrl: stub.url + path }).search('größe & maß', options);
    assert.deepEqual(results, [{ title: 'A <b> & c', url: 'https://example.com/?a=1', snippet: 'Vec<T> & co' }]);
  }
  assert.deepEqual(
    stub.requests.map(({ url }) => url.pathname),
    ['/search', '/search', '/sub/search', '/sub/search', '/sub/search'],
  );
  const { method, url, headers } = stub.requests[0]!;
  assert.equal(method, 'GET');
  assert.deepEqual(Object.fromEntries(url.searchParams), { q: 'größe & maß', format: 'json' });
  assert.match(headers.accept ?? '', /json.*html/);
  assert.equal(headers.authorization, undefined);
});

test('a user name and password go into a header', async () => {
  stub.reply = give(200, { results: [] });
  const baseUrl = stub.url.replace('//', '//me:p%40ss%ff@');
  await new SearxngSearch({ baseUrl }).search('sky', options);
  const sent = stub.requests.at(-1)?.headers.authorization ?? '';
  assert.equal(Buffer.from(sent.replace('Basic ', ''), 'base64').toString(), 'me:p%40ss%ff');
  await new SearxngSearch({ baseUrl: stub.url.replace('//', '//me:p%40ss@') }).search('sky', options);
  assert.equal(stub.requests.at(-1)?.headers.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

for (const status of [403, 200])
  test(`an instance that gives only HTML (${status}) is told of its settings`, async () => {
    stub.reply = give(status, '<!doctype html><title>x</title>');
    await assert.rejects(
      new SearxngSearch({ baseUrl: stub.url }).search('sky', options),
      new RegExp(`does not give JSON \\(${status}\\); list json under search\\.formats in the settings\\.yml`),
    );
  });
