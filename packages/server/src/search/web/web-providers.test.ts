import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { SearchError, type SearchErrorCode } from '../search-error.ts';
import type { SearchProvider } from '../search-provider.ts';
import { BraveSearch } from './brave-search.ts';
import { SearxngSearch } from './searxng-search.ts';
import { give, type StubServer, startStub } from './stub-server-test.ts';
import { TavilySearch } from './tavily-search.ts';

// What all providers of the web have in common.

const KEY = 'secret-key-of-the-test';
const providers: Record<
  string,
  { open(url: string, timeLimitMs?: number): SearchProvider; list(entries: object[]): object }
> = {
  searxng: {
    open: (url, timeLimitMs = 5000) => new SearxngSearch({ baseUrl: url.replace('//', `//user:${KEY}@`), timeLimitMs }),
    list: (entries) => ({ results: entries }),
  },
  brave: {
    open: (url, timeLimitMs = 5000) => new BraveSearch(KEY, { baseUrl: url, timeLimitMs }),
    list: (entries) => ({
      web: {
        results: entries.map((entry) => ({ ...entry, description: (entry as { content?: string } | null)?.content })),
      },
    }),
  },
  tavily: {
    open: (url, timeLimitMs = 5000) => new TavilySearch(KEY, { baseUrl: url, timeLimitMs }),
    list: (entries) => ({ results: entries }),
  },
};

let stub: StubServer;
let other: StubServer;
before(async () => {
  stub = await startStub();
  other = await startStub();
});
after(() => Promise.all([stub.close(), other.close()]));
afterEach(() => {
  stub.requests.length = 0;
  other.requests.length = 0;
});

const options = { count: 3, signal: new AbortController().signal };

for (const [name, { open, list }] of Object.entries(providers)) {
  const search = (timeLimitMs?: number) => open(stub.url, timeLimitMs).search('blue sky', options);

  async function fails(code: SearchErrorCode, message: RegExp, timeLimitMs?: number): Promise<void> {
    await assert.rejects(search(timeLimitMs), (error) => {
      assert.ok(error instanceof SearchError, inspect(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(`${name}: `) && error.message.endsWith(`; ${error.remedy}`), error.message);
      assert.doesNotMatch(error.message, /[\r\n]/);
      assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(KEY));
      return true;
    });
  }

  test(`${name}: results, as many as asked for, and only those with an address of the web`, async () => {
    const entry = (at: number) => ({
      title: ` Page\n${at} `,
      url: `https://example.com/${at}`,
      content: `About ${at}.`,
    });
    const odd = [null, 7, { title: 'no address' }, { url: 'javascript:alert(1)', title: 'x', content: 'x' }];
    const bare = { url: 'https://example.org/bare' };
    const long = { url: 'https://example.org/long', title: 'word '.repeat(100), content: 'word '.repeat(1000) };
    stub.reply = give(200, list([...(odd as object[]), entry(1), bare, long, entry(4)]));
    const results = await search();
    assert.deepEqual(results.slice(0, 2), [
      { title: 'Page 1', url: 'https://example.com/1', snippet: 'About 1.' },
      { title: 'example.org', url: 'https://example.org/bare', snippet: '' },
    ]);
    assert.equal(results.length, 3);
    assert.match(results[2]?.title ?? '', /^(word ){39}word…$/);
    assert.ok((results[2]?.snippet.length ?? 0) <= 1000);
  });

  test(`${name}: no results`, async () => {
    stub.reply = give(200, list([]));
    assert.deepEqual(await search(), []);
  });

  test(`${name}: an empty query is not sent, a long one is cut`, async () => {
    await assert.rejects(open(stub.url).search(' \n\0', options), /^SearchError: \w+: the query is empty; /);
    assert.equal(stub.requests.length, 0);
    stub.reply = give(200, list([]));
    await open(stub.url).search(`Wo${'r'.repeat(20)}d `.repeat(40), options);
    const { url, body } = stub.requests[0]!;
    const sent = url.searchParams.get('q') ?? (JSON.parse(body) as { query: string }).query;
    assert.ok(sent.length <= 400 && sent.length > 370 && sent.endsWith('rd'), sent);
  });

  test(`${name}: refusals and failures`, async () => {
    stub.reply = give(401, { detail: `wrong key ${KEY}` });
    await fails('refused', /\(401\)/);
    stub.reply = give(403, `<h1>no ${KEY}</h1>`);
    await fails('refused', /\(403\)/);
    stub.reply = give(429, {}, { 'retry-after': '7' });
    await fails('rate-limited', name === 'searxng' ? /limiter\.toml/ : /too many searches \(429\); try again in 7 s$/);
    stub.reply = give(500, '<h1>oh</h1>');
    await fails('unavailable', /failed with status 500; try again later$/);
    stub.reply = give(404, 'x'.repeat(3 * 1024 * 1024));
    await fails('bad-reply', /status 404/);
  });

  test(`${name}: replies that cannot be used`, async () => {
    stub.reply = give(200, 'nothing', { 'content-type': 'text/plain' });
    await fails('bad-reply', /the reply is not JSON but text\/plain/);
    stub.reply = give(200, name === 'brave' ? { web: { results: 3 } } : null!);
    await fails('bad-reply', /no list of results/);
  });

  test(`${name}: a reply may not be huge, packed or not`, async () => {
    const body = JSON.stringify(list([{ url: 'https://example.com', content: 'x'.repeat(2 * 1024 * 1024) }]));
    stub.reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    await fails('bad-reply', /more than 2 MiB/);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    stub.reply = (response) => response.writeHead(200, headers).end(gzipSync(body));
    await fails('bad-reply', /more than 2 MiB/);
  });

  test(`${name}: a reply that takes too long, before it begins or within`, async () => {
    stub.reply = () => {};
    await fails('time-limit', /did not reply within 0\.05 s/, 50);
    stub.reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"results": [');
    await fails('time-limit', /did not reply within 0\.1 s/, 100);
  });

  test(`${name}: redirects are followed on the same host only`, async () => {
    stub.reply = (response, request) => {
      if (request.url.pathname === '/moved')
        give(200, list([{ url: 'https://example.com', title: 'Moved' }]))(response, request);
      else response.writeHead(307, { location: '/moved' }).end();
    };
    assert.equal((await search())[0]?.title, 'Moved');
    assert.equal(stub.requests[1]?.method, stub.requests[0]?.method);
    for (const location of [other.url, `http://localhost:${stub.port}/`, '//example.invalid/', 'file:///etc/passwd']) {
      stub.requests.length = 0;
      stub.reply = (response) => response.writeHead(302, { location }).end();
      await fails('unavailable', /redirects to .*, which is not followed/);
      assert.equal(stub.requests.length, 1);
    }
    assert.equal(other.requests.length, 0);
    stub.reply = (response) => response.writeHead(302, { location: '/again' }).end();
    await fails('unavailable', /redirects without end/);
  });

  test(`${name}: a search that is given up ends with the reason, before and while it runs`, async () => {
    const early = AbortSignal.abort(new Error('never mind'));
    await assert.rejects(open(stub.url).search('sky', { count: 3, signal: early }), /never mind/);
    assert.equal(stub.requests.length, 0);
    const controller = new AbortController();
    stub.reply = () => controller.abort(new Error('enough'));
    await assert.rejects(open(stub.url).search('sky', { count: 3, signal: controller.signal }), /enough/);
    const within = new AbortController();
    stub.reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      setTimeout(() => within.abort(new Error('enough of it')), 30);
    };
    await assert.rejects(open(stub.url).search('sky', { count: 3, signal: within.signal }), /enough of it/);
  });

  test(`${name}: nobody listens there`, async () => {
    const gone = await startStub();
    await gone.close();
    await assert.rejects(
      open(gone.url).search('sky', options),
      new RegExp(`SearchError: ${name}: 127\\.0\\.0\\.1:\\d+ cannot be reached \\(ECONNREFUSED\\); check`),
    );
  });

  test(`${name}: nothing that is shown of it holds the key`, () => {
    const provider = open(stub.url);
    assert.ok(!`${inspect(provider, { showHidden: true })}${JSON.stringify(provider)}`.includes(KEY));
  });
}
