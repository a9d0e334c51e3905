import assert from 'node:assert/strict';
import { promises as dns } from 'node:dns';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ApiError } from '../http/api-error.ts';
import { AllowedDomains } from './allowed-domains.ts';
import { fetchLink, type LinkRules, type Patience } from './fetch-link.ts';
import { isPublicAddress } from './public-address.ts';

const MIB = 2 ** 20;
const picture = Buffer.from('a picture, for all that the fetching knows');

let server: Server;
let port = 0;
let handle: RequestListener = (_, response) => response.end();
const asked: IncomingMessage[] = [];
before(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Here 127.0.0.1 stands for the internet, and everything else for what is not. */
const internet = '127.0.0.1';
const resolveTo =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

type Setup = Partial<Omit<LinkRules, 'domains'>> & {
  domains?: string[];
  kind?: 'image' | 'video';
  signal?: AbortSignal;
};

function get(path: string, { domains, kind = 'image', signal, ...rules }: Setup = {}): Promise<Uint8Array> {
  const link = path.startsWith('/') ? `http://media.example:${port}${path}` : path;
  return fetchLink(link, {
    kind,
    field: 'image_url',
    signal: signal ?? new AbortController().signal,
    rules: {
      domains: new AllowedDomains(domains ?? [`http://media.example:${port}`, `http://other.example:${port}`]),
      resolve: resolveTo(internet),
      admits: (address) => address === internet,
      ...rules,
    },
  });
}

async function refused(promise: Promise<unknown>, message: RegExp, status = 400): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.match(error.message, message);
    assert.equal(error.status, status);
    assert.equal(error.param, 'image_url');
    return true;
  });
}

const quick: Patience = { totalMs: 400, windowMs: 100, windowBytes: 1000 };

describe('links', () => {
  test('bytes come as they are, and nothing of this machine is told', async () => {
    handle = (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    assert.deepEqual(Buffer.from(await get('/a.png?b=c#d')), picture);
    const { headers, url } = asked.at(-1)!;
    assert.equal(url, '/a.png?b=c');
    assert.deepEqual(Object.keys(headers).sort(), ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
    assert.equal(headers.host, `media.example:${port}`);
    assert.equal(headers['accept-encoding'], 'identity');
  });

  test('a proxy of the environment is not asked', async () => {
    const before = process.env.http_proxy;
    process.env.http_proxy = process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    process.env.NODE_USE_ENV_PROXY = '1';
    try {
      assert.equal((await get('/')).length, picture.length);
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.NODE_USE_ENV_PROXY;
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });

  test('without a domain that allows it nothing is asked', async () => {
    const count = asked.length;
    await refused(get('/', { domains: [] }), new RegExp(`--allowed-media-domains http://media.example:${port}$`));
    await refused(get('https://other.example/a', { domains: ['example'] }), /--allowed-media-domains other\.example$/);
    await refused(get(`http://u:p@media.example:${port}/`), /without credentials/);
    await refused(get('file:///etc/passwd'), /is no https address/);
    await refused(get('nonsense'), /is no https address/);
    assert.equal(asked.length, count);
  });

  test('addresses that are not public are never connected to', async () => {
    const count = asked.length;
    const rules = { domains: ['*', `http://media.example:${port}`], admits: isPublicAddress };
    for (const address of [
      '127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '100.100.100.200',
      '::1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ])
      await refused(get('/', { ...rules, resolve: resolveTo(address) }), /not public/);
    await refused(get('/', { ...rules, resolve: resolveTo('8.8.8.8', '127.0.0.1') }), /not public/);
    for (const url of [
      'https://127.0.0.1/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://[::1]/',
      'https://[::ffff:7f00:1]/',
    ])
      await refused(get(url, rules), /not public/);
    // What the system itself says of a name.
    await refused(
      get('/', { ...rules, resolve: (host) => dns.lookup(host.replace('media.example', 'localhost'), { all: true }) }),
      /not public/,
    );
    assert.equal(asked.length, count);
  });

  test('a name is looked up once, and that is where the connection goes', async () => {
    const count = asked.length;
    let lookups = 0;
    const resolve = async () => {
      lookups++;
      return [{ address: lookups === 1 ? internet : '127.0.0.2', family: 4 }];
    };
    await get('/', { resolve });
    assert.equal(lookups, 1);
    await refused(get('/', { resolve }), /not public/);
    assert.equal(asked.length, count + 1);
  });

  test('a redirect is held to the same rules', async () => {
    const redirects = (location: string) => {
      handle = ({ url }, response) =>
        url === '/'
          ? response.writeHead(302, { location }).end('elsewhere')
          : response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    };
    redirects('/there');
    assert.deepEqual(Buffer.from(await get('/')), picture);
    redirects(`http://other.example:${port}/there`);
    assert.deepEqual(Buffer.from(await get('/')), picture);
    assert.equal(asked.at(-1)!.headers.host, `other.example:${port}`);

    const count = asked.length;
    redirects(`http://127.0.0.1:${port}/there`);
    await refused(get('/'), /redirects to http:\/\/127\.0\.0\.1:\d+, which is at .* does not fetch/);
    redirects('https://127.0.0.3/there');
    await refused(get('/', { domains: ['*', `http://media.example:${port}`] }), /not public/);
    redirects(`http://third.example:${port}/there`);
    await refused(get('/'), /which is at http:\/\/third/);
    redirects('file:///etc/passwd');
    await refused(get('/'), /which is no https address/);
    redirects(`http://u:p@media.example:${port}/there`);
    await refused(get('/'), /without credentials/);
    // The second name leads elsewhere.
    redirects(`http://other.example:${port}/there`);
    const resolve = async (host: string) => resolveTo(host === 'media.example' ? internet : '127.0.0.2')();
    await refused(get('/', { resolve }), /not public/);
    assert.ok(asked.slice(count).every(({ url }) => url === '/'));
    handle = (_, response) => response.writeHead(307, { location: '/' }).end();
    await refused(get('/'), /more than 3 times/);
  });

  test('what is too large is not read', async () => {
    handle = (_, response) => response.writeHead(200, { 'content-length': 20 * MIB + 1 }).flushHeaders();
    await refused(
      get('/'),
      /20971521 bytes; a picture may have 20971520 \(20 MB\), shrink it to 1344×1344 .* quality 85/,
      413,
    );
    let sent = 0;
    handle = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(MIB))) sent++;
      };
      response.on('drain', more);
      more();
    };
    await refused(get('/'), /more than 20971520 bytes/, 413);
    assert.ok(sent < 100, `${sent} MiB`);
  });

  test('slow drips, silence and endless waits end', async () => {
    const clear = new Set<NodeJS.Timeout>();
    const began = performance.now();
    handle = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      clear.add(setInterval(() => response.write('.'), 20));
    };
    await refused(get('/', { patience: quick }), /fewer than 1000 bytes came in 0\.1 s/);
    handle = () => undefined;
    await refused(get('/', { patience: quick }), /fewer than 1000 bytes/);
    handle = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      clear.add(setInterval(() => response.write(Buffer.alloc(2000)), 20));
    };
    await refused(get('/', { patience: quick }), /longer than 0\.4 s/);
    await refused(get('/', { patience: quick, resolve: () => new Promise(() => undefined) }), /fewer than 1000/);
    assert.ok(performance.now() - began < 5000);
    for (const timer of clear) clearInterval(timer);
  });

  test('who goes away ends the fetch', async () => {
    handle = (_, response) => response.writeHead(200).write('...');
    const client = new AbortController();
    const promise = get('/', { signal: client.signal });
    setTimeout(() => client.abort(new Error('gone')), 30);
    await assert.rejects(promise, /gone/);
  });

  test('other contents, codings and statuses are refused', async () => {
    const answers = (status: number, headers: Record<string, string>, body: Uint8Array | string = picture) => {
      handle = (_, response) => response.writeHead(status, headers).end(body);
    };
    answers(200, { 'content-type': 'text/html; charset=utf-8' });
    await refused(get('/'), /it is "text\/html"; it must be image\/…/);
    answers(200, { 'content-type': 'video/mp4' });
    await refused(get('/'), /must be image/);
    assert.equal((await get('/', { kind: 'video' })).length, picture.length);
    answers(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(64 * MIB)));
    await refused(get('/'), /compressed \("gzip"\)/);
    answers(404, { 'content-type': 'image/png' });
    await refused(get('/'), /answers 404/);
    answers(200, { 'content-type': 'image/png' }, '');
    await refused(get('/'), /sends nothing/);
    answers(302, {});
    await refused(get('/'), /answers 302/);
    for (const type of ['application/octet-stream', 'binary/octet-stream', 'IMAGE/JPEG']) {
      answers(200, { 'content-type': type });
      assert.equal((await get('/')).length, picture.length, type);
    }
    answers(200, {});
    assert.equal((await get('/')).length, picture.length);
    handle = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('...');
      setTimeout(() => response.destroy(), 10);
    };
    await refused(get('/'), /breaks off/);
    await refused(get('http://media.example:1/', { domains: ['http://media.example:1'] }), /ECONNREFUSED/);
  });
});
