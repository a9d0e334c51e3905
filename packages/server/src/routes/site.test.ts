import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { testServer } from '../test-server.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-site-'));
  const script = 'console.log("hello");'.repeat(50);
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Lantern</title><div id="root"></div>');
  await writeFile(join(folder, 'assets/main-abc.js'), script);
  await writeFile(join(folder, 'assets/main-abc.js.br'), brotliCompressSync(script));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Asks without the conveniences of fetch, which unpacks by itself. */
function get(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, async (reply) =>
      resolve({ status: reply.statusCode!, headers: reply.headers, body: await buffer(reply) }),
    );
    asked.on('error', reject).end();
  });
}

test('the page comes without a key, under a strict policy; its assets for ever, compressed where that is taken', async () => {
  const server = await testServer({ engine: { threads: 1 }, apiKeys: ['secret'], site: Promise.resolve(folder) });
  try {
    const page = await get(`${server.url}/`);
    assert.equal(page.status, 200);
    assert.match(String(page.body), /id="root"/);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|https?:/);
    assert.equal(page.headers['cache-control'], 'no-cache');
    assert.equal((await get(`${server.url}/`, { 'if-none-match': String(page.headers.etag) })).status, 304);

    const plain = await get(`${server.url}/assets/main-abc.js`);
    const packed = await get(`${server.url}/assets/main-abc.js`, { 'accept-encoding': 'gzip;q=0.5, br' });
    const refused = await get(`${server.url}/assets/main-abc.js`, { 'accept-encoding': 'br;q=0' });
    assert.match(String(plain.headers['cache-control']), /immutable/);
    assert.match(String(plain.headers['content-type']), /javascript/);
    assert.equal(packed.headers['content-encoding'], 'br');
    assert.deepEqual(brotliDecompressSync(packed.body), plain.body);
    assert.deepEqual([refused.headers['content-encoding'], refused.body], [undefined, plain.body]);

    for (const path of ['/assets/none.js', '/assets/..%2findex.html', '/assets/%2e%2e/index.html'])
      assert.equal((await get(server.url + path, { 'x-api-key': 'secret' })).status, 404, path);
    assert.equal((await get(`${server.url}/v1/models`)).status, 401);
  } finally {
    await server.stop(0);
  }
});

test('while the page is built one waits; where it cannot be built the API is told instead', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = await testServer({ engine: { threads: 1 }, site: promise });
  try {
    const waiting = await get(`${server.url}/`);
    assert.match(String(waiting.body), /being built/);
    assert.equal(waiting.headers.refresh, '1');
    resolve(folder);
    await new Promise((resume) => setTimeout(resume, 50));
    assert.match(String((await get(`${server.url}/`)).body), /id="root"/);
  } finally {
    await server.stop(0);
  }
  const failing = await testServer({ engine: { threads: 1 }, site: Promise.reject(new Error('no compiler')) });
  try {
    const { status, body } = await get(`${failing.url}/`);
    assert.equal(status, 200);
    assert.match(String(body), /could not be built/);
    assert.doesNotMatch(String(body), /no compiler/);
    assert.match(String(body), /v1\/chat\/completions/);
  } finally {
    await failing.stop(0);
  }
});
