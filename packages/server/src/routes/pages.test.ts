import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

let server: RunningServer;
before(async () => {
  server = await testServer({ engine: { threads: 1 }, apiKeys: ['secret'] });
});
after(() => server.stop(0));

const get = (path: string) => fetch(`${server.url}${path}`);

test('the first page says what runs and how to call it, without a key', async () => {
  const reply = await get('/');
  const page = await reply.text();
  assert.equal(reply.status, 200);
  assert.match(page, /lantern-tiny/);
  assert.ok(page.includes(`${server.url}/v1/chat/completions`));
  assert.ok(page.includes('Authorization: Bearer $LANTERN_API_KEY'));
  assert.match(reply.headers.get('content-security-policy')!, /default-src 'self'/);
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
});

test('the reference is drawn from the document, by scripts of this server alone', async () => {
  const page = await (await get('/docs')).text();
  const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  assert.ok(sources.length > 0 && sources.every((source) => !/^(https?:)?\/\//.test(source)), sources.join());
  for (const source of sources) {
    const script = await get(`/${source}`);
    assert.match(script.headers.get('content-type')!, /javascript/);
    assert.ok((await script.text()).length > 50);
  }
  const document = (await (await get('/openapi.json')).json()) as {
    openapi: string;
    servers: { url: string }[];
    paths: object;
  };
  assert.equal(document.openapi, '3.1.0');
  assert.equal(document.servers[0]!.url, server.url);
});

test('every path of the document is there', async () => {
  const document = (await (await get('/openapi.json')).json()) as {
    paths: { [path: string]: { [method: string]: unknown } };
  };
  for (const [path, methods] of Object.entries(document.paths))
    for (const method of ['get', 'post', 'delete'].filter((one) => one in methods)) {
      const reply = await fetch(`${server.url}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method,
        headers: { 'x-api-key': 'secret', 'content-type': 'application/json' },
        ...(method === 'post' && { body: '{}' }),
      });
      const text = await reply.text();
      assert.ok(!text.includes('"code":"not_found"') && reply.status !== 405, `${method} ${path}: ${text}`);
    }
});
