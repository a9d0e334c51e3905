import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { curlSnippet } from './curl-snippet.ts';
import { pythonSnippet } from './python-snippet.ts';
import { withShortPictures } from './short-pictures.ts';
import type { SnippetRequest } from './snippet-request.ts';
import { typescriptSnippet } from './typescript-snippet.ts';

const run = promisify(execFile);

const awkward = `it's "quoted"\n$HOME \`date\` \${x} #{y} \\n \\ %s\nJSON\n\t世界 🙂 \u2028 \u0000`;
const body = {
  model: 'a "model"',
  messages: [
    { role: 'system', content: awkward },
    { role: 'user', content: [{ type: 'text', text: awkward }] },
    {
      role: 'assistant',
      content: '',
      reasoning_content: awkward,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":null}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', name: 'f', content: 'true' },
  ],
  tools: [
    {
      type: 'function',
      function: { name: 'f', parameters: { type: 'object', properties: { 'a-b': {} }, required: [] } },
    },
  ],
  enable_thinking: true,
  temperature: 0.7,
  top_k: 20,
  seed: 12,
  logprobs: true,
  top_logprobs: 5,
  stream: true,
  stream_options: { include_usage: true },
} as SnippetRequest['body'];

/** Hears one request and answers with a short stream. */
async function listening(): Promise<{
  url: string;
  asked: Promise<{ headers: IncomingHttpHeaders; body: unknown }>;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const { promise: asked, resolve } = Promise.withResolvers<{ headers: IncomingHttpHeaders; body: unknown }>();
  const server = createServer(async (request, response) => {
    resolve({ headers: request.headers, body: await json(request) });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const delta of [{ reasoning_content: 'Well. ' }, { content: 'Yes.' }])
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('the program in TypeScript sends the same request, with the key of the environment, and prints the answer', async () => {
  await using server = await listening();
  const code = typescriptSnippet({ url: server.url, body });
  const env = { ...process.env, LANTERN_API_KEY: 'from-the-environment' };
  const options = { env, cwd: import.meta.dirname, timeout: 20_000 };
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', code], options);
  const asked = await server.asked;
  assert.deepEqual(asked.body, body);
  assert.equal(asked.headers.authorization, 'Bearer from-the-environment');
  assert.equal(stdout, 'Well. Yes.');
});

test('the command sends the same body: a shell changes nothing of it', async () => {
  const command = curlSnippet({ url: "http://127.0.0.1:8000/it's/v1/chat/completions", body });
  // In the place of curl: its arguments, a line each, and what it is sent.
  const { stdout } = await run('sh', ['-c', `curl() { printf '%s\\n' "$@"; cat; }\n${command}`], {
    env: { PATH: process.env.PATH, LANTERN_API_KEY: 'key' },
    timeout: 20_000,
  });
  const [args, sent] = stdout.split('@-\n');
  assert.deepEqual(JSON.parse(sent!), body);
  assert.ok(args!.includes("\nhttp://127.0.0.1:8000/it's/v1/chat/completions\n"));
  assert.ok(args!.includes('\nAuthorization: Bearer key\n'));
});

/** Stands for OpenAI's package: prints what the program asks for. */
const openaiModule = `
import json

class OpenAI:
    def __init__(self, base_url, api_key):
        self.base_url, self.api_key = base_url, api_key
        self.chat = self.completions = self
    def create(self, extra_body, **arguments):
        print(json.dumps([self.base_url, self.api_key, {**arguments, **extra_body}, sorted(extra_body)]))
        return []
`;

test('the program in Python asks for the same; what its client has no arguments for goes beside', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'lantern-snippet-'));
  try {
    await writeFile(join(folder, 'openai.py'), openaiModule);
    const code = pythonSnippet({ url: 'http://127.0.0.1:8000/v1/chat/completions', body });
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: folder, LANTERN_API_KEY: 'key' };
    const { stdout } = await run('python3', ['-c', code], { env, timeout: 20_000 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      context.skip('left out: there is no python3');
      return { stdout: '' };
    });
    if (stdout === '') return;
    assert.deepEqual(JSON.parse(stdout), ['http://127.0.0.1:8000/v1', 'key', body, ['enable_thinking', 'top_k']]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('pictures are cut short for reading; nothing else is', () => {
  const picture = `data:image/png;base64,${'A'.repeat(5000)}`;
  const short = withShortPictures({ url: picture, text: 'a'.repeat(5000), small: 'data:,x' });
  assert.equal(short.url, `${picture.slice(0, 40)}… (5,022 characters)`);
  assert.deepEqual([short.text.length, short.small], [5000, 'data:,x']);
});
