import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ApiError } from '../http/api-error.ts';
import { type FileNotes, type FileQuery, FileStore, type FileStoreOptions } from './file-store.ts';

const root = mkdtempSync(join(tmpdir(), 'lantern-test-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, `store-${folders++}`);

const signal = new AbortController().signal;
const notes: FileNotes = { owner: 'ada', filename: 'a.png', purpose: 'vision', expiresAfterSeconds: null };
const page: FileQuery = { limit: 100, order: 'desc', after: null, purpose: null };

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text, 'latin1');
}

const keep = async (store: FileStore, text: string, more: Partial<FileNotes> = {}) =>
  (await store.receive(pieces(text))).keep({ ...notes, ...more });
const contents = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('file-'));

function refused(promise: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

/** A store whose clock stands where `clock.seconds` says. */
function storeAt(clock: { seconds: number }, options: FileStoreOptions = {}): FileStore {
  return new FileStore({ now: () => clock.seconds * 1000, ...options });
}

test('what is kept is found by its owner, read, listed and deleted', async () => {
  const store = storeAt({ seconds: 1000 });
  const received = await store.receive(pieces('\x89PNG\r\n', '\x1a\nand so on'));
  assert.equal(store.list('ada', page)!.files.length, 0);
  const file = received.keep(notes);
  assert.match(file.id, /^file-[0-9a-f]{32}$/);
  assert.deepEqual(file, {
    id: file.id,
    filename: 'a.png',
    purpose: 'vision',
    bytes: 17,
    createdAt: 1000,
    expiresAt: 1000 + 30 * 86_400,
    media: 'image',
  });
  assert.deepEqual(store.find(file.id, 'ada'), file);
  assert.equal(Buffer.from(await store.read(file, signal)).toString('latin1'), '\x89PNG\r\n\x1a\nand so on');
  assert.equal(store.find(file.id, 'bob'), null);
  assert.equal(store.find('file-../../etc/passwd', 'ada'), null);
  assert.equal(store.list('bob', page)!.files.length, 0);
  assert.equal(store.list('bob', { ...page, after: file.id }), null);
  assert.equal(store.delete(file.id, 'bob'), false);
  assert.equal(store.delete(file.id, 'ada'), true);
  assert.equal(store.delete(file.id, 'ada'), false);
  assert.equal(store.find(file.id, 'ada'), null);
  await refused(store.read(file, signal), 'file_not_found', /there is no file/);
  await refused(store.stream(file), 'file_not_found', /there is no file/);
  store.close();
});

test('lists go page by page, in either order, by purpose', async () => {
  const store = new FileStore();
  const files = [];
  for (let i = 0; i < 5; i++) files.push(await keep(store, `${i}`, { purpose: i % 2 ? 'user_data' : 'vision' }));
  const [a, b, c, d, e] = files.map(({ id }) => id);
  const ids = (query: Partial<FileQuery>) => {
    const { files, hasMore } = store.list('ada', { ...page, ...query })!;
    return [...files.map(({ id }) => id), hasMore];
  };
  assert.deepEqual(ids({}), [e, d, c, b, a, false]);
  assert.deepEqual(ids({ order: 'asc', limit: 2 }), [a, b, true]);
  assert.deepEqual(ids({ order: 'asc', limit: 2, after: b! }), [c, d, true]);
  assert.deepEqual(ids({ order: 'desc', limit: 4, after: e! }), [d, c, b, a, false]);
  assert.deepEqual(ids({ purpose: 'user_data' }), [d, b, false]);
  assert.equal(store.list('ada', { ...page, after: 'file-x' }), null);
  store.close();
});

test('files outlive the store in a folder, and a temporary one goes with it', async () => {
  const path = newFolder();
  const first = new FileStore({ path });
  const file = await keep(first, 'text');
  first.close();
  const second = new FileStore({ path });
  assert.deepEqual(second.find(file.id, 'ada'), file);
  assert.equal(Buffer.from(await second.read(file, signal)).toString(), 'text');
  second.close();
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.equal(statSync(join(path, file.id)).mode & 0o777, 0o600);

  const before = new Set(readdirSync(tmpdir()));
  const temporary = new FileStore();
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith('lantern-files-') && !before.has(name)),
    [],
  );
  await keep(temporary, 'text');
  temporary.close();
});

test('files expire, at the latest when the store says', async () => {
  const clock = { seconds: 1000 };
  const path = newFolder();
  const store = storeAt(clock, { path, days: 1 });
  const short = await keep(store, 'short', { expiresAfterSeconds: 3600 });
  const long = await keep(store, 'long', { expiresAfterSeconds: 90 * 86_400 });
  assert.deepEqual([short.expiresAt, long.expiresAt], [4600, 87_400]);
  clock.seconds = 4599;
  assert.ok(store.find(short.id, 'ada'));
  clock.seconds = 4600;
  assert.equal(store.find(short.id, 'ada'), null);
  assert.equal(store.delete(short.id, 'ada'), false);
  assert.equal(store.list('ada', page)!.files.length, 1);
  assert.equal(contents(path).length, 2);
  store.sweep();
  assert.deepEqual(contents(path), [long.id]);
  clock.seconds = 87_400;
  store.close();
  storeAt(clock, { path }).close();
  assert.deepEqual(contents(path), []);
});

test('size, number and total are limited, and what is refused leaves nothing', async () => {
  const path = newFolder();
  const store = new FileStore({ path, maxFiles: 2, maxFileBytes: 10, maxTotalBytes: 15 });
  await refused(store.receive(pieces('12345', '678901')), 'request_too_large', /larger than the 10 bytes/);
  assert.deepEqual(contents(path), []);
  const file = await keep(store, '1234567890');
  await refused(
    store.receive(pieces('123456')),
    'storage_full',
    /would have 16 bytes, and 15 may be kept; delete some/,
  );
  // Content on its way counts.
  const pending = await store.receive(pieces('123'));
  await refused(store.receive(pieces('456')), 'storage_full', /16 bytes/);
  pending.drop();
  pending.drop();
  await keep(store, '45');
  await refused(store.receive(pieces('')), 'storage_full', /2 files are kept, and 2 may be/);
  store.delete(file.id, 'ada');
  const [one, two] = [await store.receive(pieces('1')), await store.receive(pieces('2'))];
  one.keep(notes);
  assert.throws(() => two.keep(notes), /2 files are kept/);
  assert.equal(contents(path).length, 2);
  await assert.rejects(
    store.receive(
      (async function* () {
        yield Buffer.from('1');
        throw new Error('broke off');
      })(),
    ),
    /2 files are kept/,
  );
  store.close();
});

test('a sender that breaks off leaves nothing', async () => {
  const path = newFolder();
  const store = new FileStore({ path, maxTotalBytes: 10 });
  async function* broken() {
    yield Buffer.from('123456');
    throw new Error('broke off');
  }
  await assert.rejects(store.receive(broken()), /broke off/);
  assert.deepEqual(contents(path), []);
  await keep(store, '1234567890');
  store.close();
});

test('folder and database agree again after a crash', async () => {
  const path = newFolder();
  const first = new FileStore({ path });
  const [kept, lost] = [await keep(first, 'kept'), await keep(first, 'lost')];
  first.close();
  unlinkSync(join(path, lost.id));
  const names = ['1', '2'].map((digit) => join(path, `file-${digit.repeat(32)}`));
  const [orphan, part] = [names[0]!, `${names[1]}.part`];
  const [fresh, foreign] = [join(path, `file-${'3'.repeat(32)}.part`), join(path, 'notes.txt')];
  for (const file of [orphan, part, fresh, foreign]) writeFileSync(file, 'x');
  const old = Date.now() / 1000 - 7200;
  for (const file of [orphan, part, foreign]) utimesSync(file, old, old);
  const second = new FileStore({ path });
  assert.deepEqual(
    second.list('ada', page)!.files.map(({ id }) => id),
    [kept.id],
  );
  assert.deepEqual(
    [orphan, part, fresh, foreign].map((file) => existsSync(file)),
    [false, false, true, true],
  );
  second.close();
  assert.throws(() => new FileStore({ path: foreign }), /notes\.txt cannot keep files: EEXIST/);
  writeFileSync(join(path, 'files.db'), 'no database at all, but long enough to be read as one');
  rmSync(join(path, 'files.db-wal'), { force: true });
  assert.throws(() => new FileStore({ path }), /files\.db cannot keep files: .*not a database/);
});
