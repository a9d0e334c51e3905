import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** A port of loopback that nobody listens on. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  assert.ok(typeof address === 'object' && address);
  return address.port;
}

/** `npm start`, with a port of its own where the test gives one. */
function start(...options: string[]) {
  const child = spawn('npm', ['start', '--silent', '--', ...options], { cwd: root, stdio: 'pipe', detached: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const until = async (pattern: RegExp) => {
    for (let i = 0; i < 400 && !pattern.test(said); i++) await new Promise((resume) => setTimeout(resume, 50));
    assert.match(said, pattern);
  };
  return { child, ended, until, said: () => said };
}

test('npm start serves the API with the built-in model, and ends when told to', { timeout: 60_000 }, async () => {
  const port = await freePort();
  const server = start('--port', String(port));
  try {
    // Listening comes first: until the model is there, health says how far it is.
    await server.until(/answers; loading/);
    const url = `http://127.0.0.1:${port}`;
    assert.match(String((await fetch(`${url}/health`)).status), /200|503/);
    await server.until(/lantern-tiny, qwen3\.5-plus, qwen3\.5-flash ready/);
    // In a checkout the page may have to be built first.
    let page = '';
    for (let i = 0; i < 300 && !page.includes('id="root"'); i++) {
      page = await (await fetch(url)).text();
      await new Promise((resume) => setTimeout(resume, 100));
    }
    assert.match(page, /<script type="module"[^>]* src="\.\/assets\//);
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'qwen3.5-plus',
        messages: [{ role: 'user', content: 'Hello' }],
        temperature: 0,
        enable_thinking: false,
      }),
    });
    const { model, choices } = (await reply.json()) as { model: string; choices: { message: { content: string } }[] };
    assert.equal(model, 'lantern-tiny');
    assert.match(choices[0]!.message.content, /^Hello! I am Lantern's/);

    const second = start('--port', String(port));
    assert.equal(await second.ended, 1);
    assert.match(second.said(), /is taken by another program\n.*--port/);
  } finally {
    // As Ctrl-C does: everybody in the foreground hears it.
    process.kill(-server.child.pid!, 'SIGINT');
  }
  // npm itself dies of the signal; what it started ends in its own time.
  await server.ended;
  await server.until(/ending; running answers may finish/);
});
