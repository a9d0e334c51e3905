import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PseudoTerminal } from '../packages/cli/src/pseudo-terminal.ts';

const root = join(import.meta.dirname, '..');

test('npm start without a terminal answers with the built-in model and ends, whatever standard input does', {
  timeout: 60_000,
}, async () => {
  // Standard input stays open and silent, as under many a supervisor.
  const child = spawn('npm', ['start', '--silent'], { cwd: root, stdio: 'pipe' });
  let out = '';
  let error = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    error += text;
  });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(status, 0, error);
  assert.match(out, /Lantern/);
  const speed = error.match(/decode ([\d.]+) tok\/s · first token after ([\d.]+) s/);
  assert.ok(speed, error);
  // It takes about half a second; the bound leaves room for a machine that is busy with other tests.
  assert.ok(Number(speed[2]) < 10, speed[0]);
});

test('npm start at a terminal is a chat with the built-in model', { timeout: 60_000 }, async () => {
  const state = await mkdtemp(join(tmpdir(), 'lantern-start-'));
  using terminal = new PseudoTerminal('npm', ['start', '--silent', '--prefix', root], {
    env: { XDG_STATE_HOME: state },
  });
  await terminal.until(/built-in model .* \/help for commands.*> /s);
  terminal.type('/think off\rHello\r');
  await terminal.until("Lantern's tiny built-in model");
  terminal.type('\x04');
  assert.equal(await terminal.ended, 0, terminal.output);
  await rm(state, { recursive: true });
});
