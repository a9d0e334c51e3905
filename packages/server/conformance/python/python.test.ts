import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { testServer } from '../../src/test-server.ts';
import * as examples from '../support/examples.ts';
import { flakyProxy } from '../support/flaky-proxy.ts';
import { untilIdle } from '../support/idle.ts';
import { findPython } from './find-python.ts';

const run = promisify(execFile);

type Outcome = { name: string; failure: string | null; version: string };

test('openai for Python', { timeout: 420_000 }, async (t) => {
  const found = await findPython();
  t.after(async () => {
    if (found.kind !== 'absent' && found.folder !== null) await rm(found.folder, { recursive: true, force: true });
  });
  if (found.kind !== 'ready') {
    const why = found.kind === 'absent' ? 'there is no python3' : `openai cannot be had: ${found.reason}`;
    if (found.kind === 'unusable' && process.env.CI === 'true') assert.fail(why);
    process.stderr.write(`LEFT OUT: the examples with openai for Python were not run; ${why}\n`);
    return t.skip(why);
  }

  const server = await testServer();
  t.after(() => server.stop(0));
  const locked = await testServer({ apiKeys: ['sk-right'] });
  t.after(() => locked.stop(0));
  const flaky = await flakyProxy(server);
  t.after(() => flaky.close());
  const flakyAgain = await flakyProxy(server);
  t.after(() => flakyAgain.close());
  flaky.fail(['rate_limit_exceeded', 'overloaded', 'rate_limit_exceeded']);
  flakyAgain.fail(['overloaded']);

  const { stdout } = await run(found.python, [join(import.meta.dirname, 'examples.py')], {
    timeout: 120_000,
    env: {
      ...process.env,
      DASHSCOPE_API_KEY: 'sk-any',
      LANTERN_BASE_URL: `${server.url}/compatible-mode/v1`,
      LANTERN_FLAKY_URL: `${flaky.url}/v1`,
      LANTERN_FLAKY_AGAIN_URL: `${flakyAgain.url}/v1`,
      LANTERN_LOCKED_URL: `${locked.url}/v1`,
      LANTERN_PNG: examples.pngUrl.split(',')[1],
      LANTERN_INVOICE: JSON.stringify(examples.invoice),
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
    },
  });
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
  t.diagnostic(`openai ${outcomes[0]?.version} for Python`);
  assert.equal(outcomes.length, 13);
  for (const { name, failure } of outcomes)
    await t.test(name.replaceAll('_', ' '), () => assert.equal(failure, null, failure ?? ''));
  assert.equal(flaky.requests, 4);
  assert.equal(flakyAgain.requests, 2);
  await untilIdle(server);
});
