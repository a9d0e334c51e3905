import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { compressFiles } from './compress-files.ts';
import { withLock } from './lock-file.ts';
import { sourcesDigest } from './sources-digest.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-pages-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('the digest follows names and contents of sources, not times and tests', async () => {
  const place = join(folder, 'packages/web');
  await mkdir(join(place, 'src/ui'), { recursive: true });
  const file = join(place, 'src/ui/a.ts');
  await writeFile(file, 'one');
  const first = sourcesDigest(place);
  await utimes(file, 1, 1);
  await writeFile(join(place, 'src/ui/a.test.ts'), 'a test');
  assert.equal(sourcesDigest(place), first);
  await writeFile(file, 'two');
  const second = sourcesDigest(place);
  assert.notEqual(second, first);
  await writeFile(join(place, 'src/ui/b.ts'), '');
  assert.notEqual(sourcesDigest(place), second);
});

test('a lock lets one in at a time; that of a process that is gone counts for nothing', async () => {
  const lock = join(folder, 'lock');
  let inside = 0;
  const work = () =>
    withLock(lock, async () => {
      assert.equal(++inside, 1);
      await wait(20);
      inside--;
    });
  await Promise.all([work(), work(), work()]);
  // No process has this number.
  await writeFile(lock, '99999999');
  await work();
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error('failed'))),
    /failed/,
  );
  await work();
});

test('files that get smaller have compressed copies', async () => {
  const place = join(folder, 'site');
  await mkdir(place);
  const text = 'lantern '.repeat(100);
  await writeFile(join(place, 'a.js'), text);
  await writeFile(join(place, 'b.woff2'), text);
  await compressFiles(place);
  assert.equal(String(gunzipSync(await readFile(join(place, 'a.js.gz')))), text);
  await assert.rejects(readFile(join(place, 'b.woff2.gz')), /ENOENT/);
});
