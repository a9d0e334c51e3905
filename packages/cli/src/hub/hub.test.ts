import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

const main = join(import.meta.dirname, '../main.ts');
const fixtures = join(import.meta.dirname, '../../../engine/fixtures');
const commit = 'c'.repeat(40);
const token = 'hf_secretsecret';

const dense = join(fixtures, 'dense-tied-r1');
const gguf = readFileSync(join(fixtures, 'gguf-r1-q8_0/model.gguf'));
const repos: Record<string, Record<string, Buffer>> = {
  'me/dense': Object.fromEntries(readdirSync(dense).map((name) => [name, readFileSync(join(dense, name))])),
  'me/gguf': { 'm-Q8_0.gguf': gguf, 'm-Q4_0.gguf': gguf.subarray(0, 5000), 'README.md': Buffer.from('x') },
};
const served: { path: string; range: string | undefined; bytes: number }[] = [];
/** What the hub does wrong with weights: bytes after which it hangs up (once or always), or a digest that is not theirs. */
let fault: { after?: number; once?: boolean; digest?: string } = {};

const hub = createServer((request, response) => {
  const { pathname } = new URL(request.url!, 'http://stub');
  const [, repo = ''] = /^\/(?:api\/models\/)?([^/]+\/[^/]+)/.exec(pathname) ?? [];
  const files = repos[repo];
  const json = (data: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(data));
  if (repo === 'me/gated') return void response.writeHead(401).end();
  if (!files) return void response.writeHead(404).end();
  if (pathname.includes('/revision/'))
    return void json({ _id: '1', id: repo, sha: commit, lastModified: '2026-01-01' });
  if (pathname.includes('/tree/'))
    return void json(
      Object.entries(files).map(([path, content]) => {
        const git = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
        const oid = fault.digest ?? createHash('sha256').update(content).digest('hex');
        const lfs = /safetensors$|gguf$/.test(path) && { lfs: { oid, size: content.length, pointerSize: 100 } };
        return { type: 'file', path, size: content.length, oid: git, ...lfs };
      }),
    );
  const path = pathname.split('/').slice(5).join('/');
  const content = files[path]!;
  const { range } = request.headers;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const short = fault.after !== undefined && /safetensors$|gguf$/.test(path);
  const body = content.subarray(from, short ? Math.min(from + fault.after!, content.length) : undefined);
  served.push({ path, range, bytes: body.length });
  response.writeHead(range ? 206 : 200, {
    'content-length': content.length - from,
    ...(range && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  if (!short) return void response.end(body);
  if (fault.once) fault = {};
  response.write(body, () => setTimeout(() => response.destroy(), 100));
});

let endpoint = '';
let home = '';
before(async () => {
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
});
after(() => {
  hub.closeAllConnections();
  hub.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(home || join(tmpdir(), 'lantern-none'), { recursive: true, force: true });
  home = mkdtempSync(join(tmpdir(), 'lantern-hub-'));
  fault = {};
  served.length = 0;
});

function lantern(...args: string[]): Promise<{ status: number | null; out: string; error: string }> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home, HF_HOME: home, HF_ENDPOINT: endpoint, HF_TOKEN: token };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (error += text));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, out, error })));
}

async function ok(...args: string[]): Promise<string> {
  const { status, out, error } = await lantern(...args);
  assert.equal(status, 0, error);
  return out;
}

async function fails(message: RegExp, ...args: string[]): Promise<void> {
  const { status, out, error } = await lantern(...args);
  assert.deepEqual([status, out], [1, ''], error);
  assert.match(error, message);
  assert.ok(!error.includes(token) && !error.includes('unexpected failure'), error);
}

test('a pulled folder runs by its name, is listed and removed', async () => {
  await fails(/lantern pull me\/dense/, 'tokenize', 'me/dense', 'Hi');
  const pulled = JSON.parse(await ok('pull', 'me/dense', '--json')) as { path: string; files: string[] };
  assert.ok(pulled.files.includes('config.json') && pulled.files.includes('model.safetensors'));
  assert.equal(await ok('tokenize', 'me/dense', 'Hi'), await ok('tokenize', dense, 'Hi'));
  const answer = await ok('run', 'me/dense', 'Hi', '--no-stdin', '--max-tokens', '2', '--json');
  assert.equal((JSON.parse(answer) as { model: string }).model, pulled.path);
  const [listed] = JSON.parse(await ok('list', '--json')) as { name: string; revision: string; path: string }[];
  assert.deepEqual([listed!.name, listed!.revision, listed!.path], ['me/dense', commit, pulled.path]);
  const before = served.length;
  await ok('pull', 'me/dense');
  assert.equal(served.length, before, 'nothing is fetched twice');
  assert.match(await ok('rm', 'me/dense'), /removed me\/dense, [\d.]+ MB freed/);
  assert.equal(await ok('list', '--json'), '[]\n');
  await fails(/was not pulled/, 'rm', 'me/dense');
});

test('a GGUF is chosen by its quantisation; what came along goes with the last', async () => {
  await fails(/needs :FILE; GGUF models: m-Q4_0\.gguf, m-Q8_0\.gguf/, 'pull', 'me/gguf');
  await fails(/no GGUF file Q5_K; GGUF models: m-Q4_0\.gguf, m-Q8_0\.gguf/, 'pull', 'me/gguf:Q5_K');
  await ok('pull', 'me/gguf:q8_0');
  await ok('pull', 'me/gguf:m-Q4_0.gguf');
  assert.match(await ok('inspect', 'me/gguf:Q8_0'), /m-Q8_0\.gguf/);
  await ok('rm', 'me/gguf:Q4_0', '--yes');
  assert.match(await ok('list'), /me\/gguf:m-Q8_0\.gguf/);
  await ok('rm', 'me/gguf:Q8_0');
  assert.ok(!existsSync(join(home, 'hub/models--me--gguf')));
});

test('a transfer that breaks goes on with Range; one that brings nothing fails and is never opened', async () => {
  fault = { after: 3000, once: true };
  await ok('pull', 'me/gguf:Q8_0');
  const parts = served.filter(({ path }) => path.endsWith('.gguf'));
  assert.deepEqual(
    parts.map(({ range }) => range),
    [undefined, 'bytes=3000-'],
  );
  assert.equal(parts[0]!.bytes + parts[1]!.bytes, gguf.length);
  await ok('rm', 'me/gguf');

  fault = { after: 0 };
  await fails(/ends after 0 of \d+ bytes/, 'pull', 'me/gguf:Q8_0');
  await fails(/lantern pull/, 'inspect', 'me/gguf:Q8_0');
});

test('a wrong checksum removes the file; refusals are one clear line without the token', async () => {
  fault = { digest: 'a'.repeat(64) };
  await fails(/checksum of m-Q8_0\.gguf is wrong/, 'pull', 'me/gguf:Q8_0');
  assert.deepEqual(readdirSync(join(home, 'hub/models--me--gguf/blobs')), []);
  await fails(/\(401\).*\n.*HF_TOKEN/, 'pull', 'me/gated');
  await fails(/no such repository or revision/, 'pull', 'me/nothing');
  const { status } = await lantern('pull', 'nothing');
  assert.equal(status, 2);
});
