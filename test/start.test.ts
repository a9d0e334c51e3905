import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

test('npm start answers with the built-in model and ends, whatever standard input does', {
  timeout: 60_000,
}, async () => {
  // Standard input stays open and silent, as under many a supervisor.
  const child = spawn('npm', ['start', '--silent'], { cwd: join(import.meta.dirname, '..'), stdio: 'pipe' });
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
