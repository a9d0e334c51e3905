import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HistoryFile, historyPath } from './history-file.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-history-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('it lies where XDG says', () => {
  assert.equal(historyPath({ XDG_STATE_HOME: '/state' }), '/state/lantern/history');
  const home = join(homedir(), '.local/state/lantern/history');
  assert.equal(historyPath({}), home);
  assert.equal(historyPath({ XDG_STATE_HOME: '' }), home);
  assert.equal(historyPath({ XDG_STATE_HOME: 'relative' }), home);
});

test('entries come back with their line breaks, for the owner alone', async () => {
  const path = join(folder, 'new/lantern/history');
  const history = new HistoryFile(path);
  assert.deepEqual(history.load(), []);
  const entries = ['one', 'two\nlines', 'C:\\new \\\\ path', 'one'];
  for (const entry of [...entries, 'one', 'x'.repeat(20_000)]) history.append(entry);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(join(folder, 'new/lantern'))).mode & 0o777, 0o700);
  assert.deepEqual(new HistoryFile(path).load(), entries);
  await chmod(path, 0o644);
  new HistoryFile(path).load();
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a thousand entries are kept, those of another chat too', async () => {
  const path = join(folder, 'history');
  await writeFile(path, Array.from({ length: 1005 }, (_, i) => `entry ${i}\n`).join(''));
  const [one, other] = [new HistoryFile(path), new HistoryFile(path)];
  assert.equal(one.load().length, 1000);
  assert.equal(other.load()[0], 'entry 5');
  other.append('other');
  one.append('one');
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  assert.equal(lines.length, 1000);
  assert.deepEqual(lines.slice(-3), ['entry 1004', 'other', 'one']);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('history.')),
    [],
  );
});

test('what cannot be read or written bothers nobody', () => {
  const history = new HistoryFile('/dev/null/lantern/history');
  assert.deepEqual(history.load(), []);
  history.append('one');
});
