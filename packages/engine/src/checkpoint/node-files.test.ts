import assert from 'node:assert/strict';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LanternError } from '../errors.ts';
import { readText } from './byte-source.ts';
import { openFile, openFolder } from './node-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'lantern-test-'));
after(() => rmSync(folder, { recursive: true }));
const refuses = (run: () => unknown, message: RegExp, code: string) =>
  assert.throws(run, (error) => error instanceof LanternError && error.code === code && message.test(error.message));

test('bytes beyond 4 GiB are reached', () => {
  const path = join(folder, 'sparse');
  const end = 2 ** 32 + 100;
  const handle = openSync(path, 'w');
  ftruncateSync(handle, end);
  writeSync(handle, Uint8Array.of(1, 2, 3), 0, 3, end - 3);
  closeSync(handle);
  const source = openFile(path);
  assert.equal(source.size, end);
  const into = new Uint8Array(4);
  source.read(end - 4, into);
  assert.deepEqual([...into], [0, 1, 2, 3]);
  refuses(
    () => source.read(end - 2, into),
    /the file ends at 4294967396 bytes, but 4 bytes are wanted from 4294967394/,
    'bad-checkpoint',
  );
  source.close();
});

test('a file that shrinks, is closed or is not there', () => {
  const path = join(folder, 'text');
  writeFileSync(path, 'Grüße');
  const source = openFile(path);
  assert.equal(readText(source), 'Grüße');
  truncateSync(path, 2);
  refuses(() => readText(source), /the file ends at 7 bytes/, 'bad-checkpoint');
  source.close();
  source.close();
  refuses(() => source.read(0, new Uint8Array(1)), /the checkpoint is closed/, 'closed');
  refuses(() => openFile(join(folder, 'none')), /none: cannot be opened \(ENOENT\)/, 'missing-file');
  refuses(() => openFolder(join(folder, 'none')), /none: cannot be listed \(ENOENT\)/, 'missing-file');
  assert.deepEqual(openFolder(folder).names, ['sparse', 'text']);
});
