import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BraveSearch } from './brave-search.ts';
import { give, type StubServer, startStub } from './stub-server-test.ts';

let stub: StubServer;
before(async () => {
  stub = await startStub();
});
after(() => stub.close());

const signal = new AbortController().signal;

test('the request, and texts without marks and entities', async () => {
  const result = {
    title: 'It&#x27;s blue',
    url: 'https://example.com/',
    description: 'The <strong>sky</strong> &amp; a &lt;b&gt;',
  };
  stub.reply = give(200, { web: { results: [result] } });
  const results = await new BraveSearch('the-key', { baseUrl: stub.url }).search('sky', { count: 50, signal });
  assert.deepEqual(results, [{ title: "It's blue", url: 'https://example.com/', snippet: 'The sky & a <b>' }]);
  const { method, url, headers } = stub.requests[0]!;
  assert.equal(method, 'GET');
  assert.equal(url.pathname, '/res/v1/web/search');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    q: 'sky',
    count: '20',
    result_filter: 'web',
    text_decorations: 'false',
  });
  assert.equal(headers['x-subscription-token'], 'the-key');
});

test('a reply without web results has none', async () => {
  stub.reply = give(200, { type: 'search', query: {} });
  assert.deepEqual(await new BraveSearch('k', { baseUrl: stub.url }).search('sky', { count: 5, signal }), []);
});

test('its 422 for a wrong key is told from that for a wrong parameter', async () => {
  const search = () => new BraveSearch('k', { baseUrl: stub.url }).search('sky', { count: 5, signal });
  stub.reply = give(422, { error: { code: 'SUBSCRIPTION_TOKEN_INVALID' } });
  await assert.rejects(search(), /brave: access is refused \(422\); check the key in BRAVE_API_KEY/);
  stub.reply = give(422, { error: { code: 'VALIDATION' } });
  await assert.rejects(search(), /brave: it replied with status 422/);
});
