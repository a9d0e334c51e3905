import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { ResponseStore, type StoredResponse } from './response-store.ts';
import { emptyResponse } from './response-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'lantern-responses-'));
after(() => rmSync(folder, { recursive: true }));

function stored(id: string, text = 'Hello'): StoredResponse {
  const response = emptyResponse({ id, status: 'completed' });
  return { response, input: [{ role: 'user', content: text }], history: [{ role: 'user', content: 'Before – 前' }] };
}

test('what is saved is found, until it is deleted', () => {
  const store = new ResponseStore();
  assert.equal(store.save(stored('resp_a')), true);
  assert.deepEqual(store.find('resp_a'), stored('resp_a'));
  assert.equal(store.find('resp_b'), null);
  assert.equal(store.delete('resp_a'), true);
  assert.equal(store.delete('resp_a'), false);
  assert.equal(store.find('resp_a'), null);
  store.close();
});

test('entries expire after seven days and are then forgotten', () => {
  let now = 1_000_000;
  const store = new ResponseStore({ now: () => now });
  store.save(stored('resp_a'));
  now += 7 * 24 * 60 * 60 * 1000 - 1;
  assert.ok(store.find('resp_a'));
  now += 1;
  assert.equal(store.find('resp_a'), null);
  assert.equal(store.delete('resp_a'), false);
  assert.equal(store.size, 1);
  store.save(stored('resp_b'));
  assert.equal(store.size, 1);
  store.close();
});

test('the oldest give way when there are too many', () => {
  const store = new ResponseStore({ maxEntries: 3 });
  for (let number = 0; number < 10; number++) store.save(stored(`resp_${number}`));
  assert.equal(store.size, 3);
  assert.equal(store.find('resp_6'), null);
  for (const number of [7, 8, 9]) assert.ok(store.find(`resp_${number}`));
  store.close();
});

test('the oldest give way when they are too large, and what is larger than all is not kept', () => {
  const texts = Object.values(stored('resp_0')).map((value) => JSON.stringify(value));
  const bytes = Buffer.byteLength(texts.join(''));
  const store = new ResponseStore({ maxBytes: 4 * bytes });
  for (let number = 0; number < 10; number++) store.save(stored(`resp_${number}`));
  assert.equal(store.size, 4);
  store.save(stored('resp_x', 'x'.repeat(2 * bytes)));
  assert.ok(store.find('resp_x'));
  assert.equal(store.size, 2);
  assert.equal(store.save(stored('resp_y', 'y'.repeat(4 * bytes))), false);
  assert.ok(store.find('resp_x'));
  store.close();
});

test('a file keeps them, for its owner alone', () => {
  const path = join(folder, 'kept.sqlite');
  const first = new ResponseStore({ path });
  first.save(stored('resp_a'));
  first.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const second = new ResponseStore({ path });
  assert.deepEqual(second.find('resp_a'), stored('resp_a'));
  second.close();
});

test('two servers may share a file', () => {
  const path = join(folder, 'shared.sqlite');
  const [one, other] = [new ResponseStore({ path }), new ResponseStore({ path })];
  one.save(stored('resp_a'));
  other.save(stored('resp_b'));
  assert.ok(other.find('resp_a'));
  assert.ok(one.find('resp_b'));
  one.close();
  other.close();
});

test('a file that is something else is left alone', () => {
  const text = join(folder, 'note.txt');
  writeFileSync(text, 'This is no database, it is a text that is longer than the header of one. '.repeat(20));
  assert.throws(() => new ResponseStore({ path: text }), /note\.txt cannot keep responses: .*not a database/);
  const other = join(folder, 'other.sqlite');
  const database = new DatabaseSync(other);
  database.exec('CREATE TABLE recipes (name TEXT)');
  database.close();
  assert.throws(
    () => new ResponseStore({ path: other }),
    /other\.sqlite cannot keep responses: it is another database/,
  );
  assert.throws(() => new ResponseStore({ path: join(folder, 'no', 'such', 'folder') }), /ENOENT/);
});

test('saving into a full store takes a moment', () => {
  const store = new ResponseStore({ maxEntries: 2000 });
  for (let number = 0; number < 2000; number++) store.save(stored(`resp_${number}`));
  const began = performance.now();
  for (let number = 2000; number < 2100; number++) store.save(stored(`resp_${number}`));
  assert.ok((performance.now() - began) / 100 < 10);
  store.close();
});
