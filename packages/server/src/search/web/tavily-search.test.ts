import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { give, type StubServer, startStub } from './stub-server-test.ts';
import { TavilySearch } from './tavily-search.ts';

let stub: StubServer;
before(async () => {
  stub = await startStub();
});
after(() => stub.close());

const signal = new AbortController().signal;

test('the request', async () => {
  stub.reply = give(200, { results: [{ title: 'Sky', url: 'https://example.com/', content: 'Blue.', score: 0.9 }] });
  const results = await new TavilySearch('the-key', { baseUrl: stub.url }).search('sky', { count: 0, signal });
  assert.deepEqual(results, [{ title: 'Sky', url: 'https://example.com/', snippet: 'Blue.' }]);
  const { method, url, headers, body } = stub.requests[0]!;
  assert.equal(method, 'POST');
  assert.equal(url.pathname, '/search');
  assert.equal(headers.authorization, 'Bearer the-key');
  assert.equal(headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(body), { query: 'sky', max_results: 1 });
});

for (const status of [402, 432, 433])
  test(`a plan that is used up (${status})`, async () => {
    stub.reply = give(status, {});
    await assert.rejects(
      new TavilySearch('k', { baseUrl: stub.url }).search('sky', { count: 5, signal }),
      new RegExp(`tavily: the searches of the plan are used up \\(${status}\\); raise`),
    );
  });
