import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { SearchResult } from '../search-provider.ts';
import { FolderSearch, type FolderSearchOptions } from './folder-search.ts';

let outer = '';
let folder = '';
beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'lantern-search-'));
  folder = join(outer, 'texts');
  await mkdir(folder);
});
afterEach(() => rm(outer, { recursive: true, force: true }));

const signal = new AbortController().signal;
const warnings: string[] = [];

function open(options: FolderSearchOptions = {}): (query: string, count?: number) => Promise<SearchResult[]> {
  warnings.length = 0;
  const provider = new FolderSearch(folder, { checkEveryMs: 0, warn: (message) => warnings.push(message), ...options });
  return (query, count = 5) => provider.search(query, { count, signal });
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const urls = (results: readonly SearchResult[]): string[] => results.map(({ url }) => url);

test('all kinds of files, and what a result is of each', async () => {
  await write('plain.txt', '# no heading in a text\n\nThe apricot ripens.');
  await write(
    'guide.md',
    'Before.\n\n# Growing an `apple`\n\nThe **apple** ripens.\n\n## In the cellar\n\nCider ferments.',
  );
  await write('UPPER.MARKDOWN', '---\ntitle: "On cherries"\n---\nThe cherry ripens.');
  await write(
    'deep/er/page.html',
    '<title>Of pears</title><p>The pear&nbsp;ripens.<h2>Storing &amp; more</h2>Quince jam.',
  );
  await write('old.htm', '<html><body><p>The plum ripens.');
  const search = open();
  assert.deepEqual(await search('apricot'), [
    { title: 'plain.txt', url: 'plain.txt', snippet: '# no heading in a text The apricot ripens.' },
  ]);
  assert.deepEqual(await search('apple'), [
    { title: 'Growing an apple', url: 'guide.md#growing-an-apple', snippet: 'The **apple** ripens.' },
  ]);
  assert.deepEqual(urls(await search('cider')), ['guide.md#in-the-cellar']);
  assert.deepEqual(await search('cherry'), [
    { title: 'On cherries', url: 'UPPER.MARKDOWN', snippet: 'The cherry ripens.' },
  ]);
  assert.deepEqual(await search('pear'), [
    { title: 'Of pears', url: 'deep/er/page.html', snippet: 'The pear ripens.' },
  ]);
  assert.deepEqual(await search('quince'), [
    { title: 'Storing & more', url: 'deep/er/page.html#storing--more', snippet: 'Quince jam.' },
  ]);
  assert.deepEqual(urls(await search('plum')), ['old.htm']);
  assert.equal((await search('ripens', 3)).length, 3);
  assert.deepEqual(await search('?!'), []);
  assert.deepEqual(await search('submarine'), []);
  assert.deepEqual(warnings, []);
});

test('what is left out: hidden, binary, large, other kinds, node_modules, links', async () => {
  await write('seen.txt', 'needle');
  await write('.hidden.txt', 'needle');
  await write('.git/config.txt', 'needle');
  await write('node_modules/a/README.md', 'needle');
  await write('code.ts', 'needle');
  await write('binary.txt', Buffer.from('needle\0needle'));
  await write('large.txt', `needle ${'x'.repeat(2 * 1024 * 1024)}`);
  await writeFile(join(outer, 'outside.txt'), 'needle outside');
  await mkdir(join(outer, 'other'));
  await writeFile(join(outer, 'other', 'outside.md'), 'needle outside');
  await symlink(join(outer, 'outside.txt'), join(folder, 'link.txt'));
  await symlink(join(outer, 'other'), join(folder, 'linked'));
  await symlink(folder, join(folder, 'loop'));
  assert.deepEqual(urls(await open()('needle')), ['seen.txt']);
  assert.deepEqual(warnings, [`folder: ${folder}: files over 2 MiB in it are not searched`]);
});

test('the folder itself may be a link', async () => {
  await write('a.txt', 'needle');
  await symlink(folder, join(outer, 'link'));
  const search = new FolderSearch(join(outer, 'link'));
  assert.deepEqual(urls(await search.search('needle', { count: 1, signal })), ['a.txt']);
});

test('texts that are not in UTF-8', async () => {
  await write('utf16le.txt', Buffer.from('\ufeffwärme im Süden', 'utf16le'));
  await write('utf16be.txt', Buffer.from('\ufeffkälte im Norden', 'utf16le').swap16());
  await write('bom.md', '\ufeff# Übermut\n\nim Osten');
  await write('latin.txt', Buffer.from('Gemüse', 'latin1'));
  await write(
    'page.html',
    Buffer.concat([Buffer.from('<meta charset="gbk"><p>'), Buffer.from([0xd6, 0xd0, 0xce, 0xc4])]),
  );
  const search = open();
  for (const [query, path] of [
    ['wärme', 'utf16le.txt'],
    ['kälte', 'utf16be.txt'],
    ['osten', 'bom.md#übermut'],
    ['gemüse', 'latin.txt'],
    ['中文', 'page.html'],
  ] as const)
    assert.deepEqual(urls(await search(query)), [path]);
});

test('ranking: the rarer word, the heading and the denser passage come first; other endings and slips are found', async () => {
  await write(
    'engine.md',
    '# Cache of prefixes\n\nIt keeps states.\n\n# Other things\n\nThe cache is mentioned among many other words here.',
  );
  await write('server.md', '# Server\n\nThe server listens, the server answers, and the server stops with the engine.');
  await write('install.md', '# How to install\n\nInstallation of the engine takes a minute.');
  const search = open();
  assert.deepEqual(urls(await search('cache')), ['engine.md#cache-of-prefixes', 'engine.md#other-things']);
  assert.equal(urls(await search('server engine'))[0], 'server.md#server');
  assert.equal(urls(await search('how do I install the engine'))[0], 'install.md#how-to-install');
  assert.deepEqual(urls(await search('mentoined')), ['engine.md#other-things']);
  assert.deepEqual(urls(await search('answer')), ['server.md#server']);
  // Words of every text find something only alone.
  assert.deepEqual(urls(await search('what is the')).length, 3);
  assert.deepEqual(await search('what is the submarine'), []);
});

test('words of other scripts, with and without accents, spaces and width', async () => {
  await write('zh.md', '# 安装\n\n请先安装依赖，然后运行服务器。');
  await write('ja.txt', 'サーバーを起動してください。猫もいます。');
  await write('ko.txt', '서버를 시작하세요.');
  await write('fr.txt', 'Le café est fermé.');
  await write('ru.txt', 'Ёлка стоит в зале.');
  await write('hi.txt', 'नमस्ते दुनिया');
  await write('wide.txt', 'ＡＢＣ１２３');
  const search = open();
  for (const [query, path] of [
    ['服务器', 'zh.md#安装'],
    ['サーバー', 'ja.txt'],
    ['猫', 'ja.txt'],
    ['서버', 'ko.txt'],
    ['CAFE', 'fr.txt'],
    ['cafe\u0301', 'fr.txt'],
    ['елка', 'ru.txt'],
    ['दुनिया', 'hi.txt'],
    ['abc123', 'wide.txt'],
  ] as const)
    assert.equal(urls(await search(query))[0], path, query);
});

test('names of files are found, and escaped where an address needs it', async () => {
  await write('My notes/größe #1 (50%).txt', 'text');
  assert.deepEqual(await open()('größe notes'), [
    { title: 'größe #1 (50%).txt', url: 'My%20notes/größe%20%231%20%2850%25%29.txt', snippet: 'text' },
  ]);
});

test('changes are seen: new, changed, moved, removed', async () => {
  await write('a.txt', 'alpha');
  await write('b.txt', 'alpha beta');
  const search = open();
  assert.deepEqual(urls(await search('alpha')).sort(), ['a.txt', 'b.txt']);
  await write('c.md', 'alpha');
  await appendFile(join(folder, 'a.txt'), ' gamma');
  await rm(join(folder, 'b.txt'));
  assert.deepEqual(urls(await search('alpha')).sort(), ['a.txt', 'c.md']);
  assert.deepEqual(await search('gamma'), [{ title: 'a.txt', url: 'a.txt', snippet: 'alpha gamma' }]);
  assert.deepEqual(await search('beta'), []);
  await rename(join(folder, 'c.md'), join(folder, 'd.md'));
  assert.deepEqual(urls(await search('alpha')).sort(), ['a.txt', 'd.md']);
  await write('d.md', 'delta');
  await utimes(join(folder, 'd.md'), 1, 1);
  assert.deepEqual(urls(await search('delta')), ['d.md']);
});

test('changes are looked for only so often', async () => {
  await write('a.txt', 'alpha');
  const search = open({ checkEveryMs: 60_000 });
  assert.equal((await search('alpha')).length, 1);
  await write('b.txt', 'alpha');
  assert.equal((await search('alpha')).length, 1);
});

test('searches at the same time share one reading', async () => {
  for (let at = 0; at < 20; at++) await write(`${at}.txt`, `alpha ${at}`);
  const search = open();
  const all = await Promise.all(Array.from({ length: 10 }, () => search('alpha', 20)));
  for (const results of all) assert.equal(results.length, 20);
});

test('a folder that is not there, or none: told each time, and searched once it is there', async () => {
  await rm(folder, { recursive: true });
  const search = open();
  const missing = new RegExp(`^SearchError: folder: ${folder} does not exist; check the path in --search folder=PATH$`);
  await assert.rejects(search('a'), missing);
  await assert.rejects(search('a'), missing);
  await writeFile(folder, 'a file');
  await assert.rejects(search('a'), /is not a folder; check/);
  await rm(folder);
  await write('a.txt', 'alpha');
  assert.deepEqual(urls(await search('alpha')), ['a.txt']);
  await rm(folder, { recursive: true });
  await assert.rejects(search('alpha'), missing);
});

test('files that may not be read are passed over', { skip: process.getuid?.() === 0 && 'root reads all' }, async () => {
  await write('a.txt', 'alpha');
  await write('b.txt', 'alpha');
  await write('c/d.txt', 'alpha');
  await chmod(join(folder, 'a.txt'), 0);
  await chmod(join(folder, 'c'), 0);
  const search = open();
  assert.deepEqual(urls(await search('alpha')), ['b.txt']);
  await chmod(join(folder, 'c'), 0o700);
  await chmod(join(folder, 'a.txt'), 0o600);
  assert.equal((await search('alpha')).length, 3);
});

test('more than the limits allow is said once', async () => {
  for (const name of ['a', 'b', 'c/1', 'd']) await write(`${name}.txt`, 'alpha');
  const few = open({ limits: { files: 2 } });
  assert.deepEqual(urls(await few('alpha')).sort(), ['a.txt', 'b.txt']);
  await few('alpha');
  const more = `folder: ${folder}: it holds more than 2 files or 64 MiB of text; only the first by name are searched`;
  assert.deepEqual(warnings, [more]);
  const small = open({ limits: { bytes: 11 } });
  assert.equal((await small('alpha')).length, 2);
  assert.match(warnings[0] ?? '', /more than 10000 files or 11 bytes of text/);
  assert.equal((await open({ limits: { entries: 3 } })('alpha')).length, 3);
  assert.equal(warnings.length, 1);
  assert.equal((await open({ limits: { files: 4, bytes: 20 } })('alpha')).length, 4);
  assert.deepEqual(warnings, []);
});

test('an empty folder finds nothing, and says so once', async () => {
  const search = open();
  assert.deepEqual(await search('alpha'), []);
  assert.deepEqual(await search('alpha'), []);
  assert.deepEqual(warnings, [`folder: ${folder}: it holds no text, Markdown or HTML files`]);
});

test('a search that is given up ends at once; the next one has the index', async () => {
  for (let at = 0; at < 30; at++) await write(`${at}.txt`, 'alpha '.repeat(2000));
  const provider = new FolderSearch(folder);
  const early = AbortSignal.abort(new Error('never mind'));
  await assert.rejects(provider.search('alpha', { count: 1, signal: early }), /never mind/);
  const controller = new AbortController();
  const search = provider.search('alpha', { count: 1, signal: controller.signal });
  controller.abort(new Error('enough'));
  await assert.rejects(search, /enough/);
  assert.equal((await provider.search('alpha', { count: 1, signal })).length, 1);
});

test('a snippet is the best stretch of a long passage', async () => {
  const filler = 'Lorem ipsum dolor sit amet consectetur. '.repeat(11);
  await write('long.txt', `${filler}The zebra drinks at the river. ${filler}`);
  const [result] = await open()('zebra river');
  assert.ok(result !== undefined && result.snippet.length <= 400, result?.snippet ?? '');
  assert.match(result.snippet, /^… .*The zebra drinks at the river\./);
});
