import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { errorBody, fileList, fileObject } from '@lantern/api';
import OpenAI, { toFile } from 'openai';
import { checked } from '../responses/response-test.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

const path = mkdtempSync(join(tmpdir(), 'lantern-test-'));
const MIB = 2 ** 20;
let server: RunningServer;
const options = { apiKeys: ['one', 'two'], fileStore: { path, maxFiles: 8, maxFileBytes: 3 * MIB } };
before(async () => {
  server = await testServer(options);
});
after(async () => {
  await server.stop(0);
  rmSync(path, { recursive: true, force: true });
});

const png = Buffer.from('\x89PNG\r\n\x1a\nwhatever', 'latin1');
const contents = () => readdirSync(path).filter((name) => name.startsWith('file-'));
const openai = (apiKey = 'one') => new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });

function form(parts: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(parts)) data.append(name, value);
  return data;
}

async function post(body: BodyInit, headers: Record<string, string> = {}): Promise<{ status: number; json: unknown }> {
  const reply = await fetch(`${server.url}/v1/files`, {
    method: 'POST',
    headers: { authorization: 'Bearer one', ...headers },
    body,
  });
  return { status: reply.status, json: await reply.json() };
}

const get = (where: string, key = 'one') =>
  fetch(`${server.url}${where}`, { headers: { authorization: `Bearer ${key}` } });

describe('/v1/files', () => {
  test('OpenAI’s client uploads, lists, retrieves, reads and deletes', async () => {
    const client = openai();
    const file = await client.files.create({
      file: await toFile(png, "Größe 'a'.png", { type: 'image/png' }),
      purpose: 'vision',
      expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    assert.equal(file.filename, "Größe 'a'.png");
    assert.deepEqual([file.object, file.bytes, file.purpose, file.status], ['file', png.length, 'vision', 'processed']);
    assert.equal(file.expires_at, file.created_at + 3600);
    const second = await client.files.create({ file: await toFile(png, 'b.png'), purpose: 'user_data' });
    assert.deepEqual(await client.files.retrieve(file.id), file);
    const ids = [];
    for await (const { id } of client.files.list({ limit: 1 })) ids.push(id);
    assert.deepEqual(ids, [second.id, file.id]);
    assert.deepEqual(
      (await client.files.list({ purpose: 'vision', order: 'asc' })).data.map(({ id }) => id),
      [file.id],
    );
    const content = await client.files.content(file.id);
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), png);
    assert.equal(content.headers.get('content-type'), 'application/octet-stream');
    assert.equal(content.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(
      content.headers.get('content-disposition'),
      "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%27a%27.png",
    );
    assert.deepEqual(await client.files.delete(file.id), { id: file.id, object: 'file', deleted: true });
    await assert.rejects(client.files.retrieve(file.id), { status: 404, code: 'file_not_found' });
    await assert.rejects(client.files.delete(file.id), { status: 404 });
    await assert.rejects(client.files.content(file.id), { status: 404 });
    await client.files.delete(second.id);
    assert.deepEqual(contents(), []);
  });

  test('a file belongs to the key that uploaded it', async () => {
    const file = await openai('one').files.create({ file: await toFile(png, 'a.png'), purpose: 'vision' });
    const other = openai('two');
    assert.deepEqual((await other.files.list()).data, []);
    for (const attempt of [other.files.retrieve(file.id), other.files.content(file.id), other.files.delete(file.id)])
      await assert.rejects(attempt, { status: 404, code: 'file_not_found' });
    assert.equal((await get('/v1/files', 'three')).status, 401);
    await openai('one').files.delete(file.id);
  });

  test('files outlive the server', async () => {
    const first = await openai().files.create({ file: await toFile(png, 'a.png'), purpose: 'vision' });
    await server.stop(0);
    server = await testServer(options);
    const file = await openai().files.retrieve(first.id);
    assert.deepEqual(file, first);
    await openai().files.delete(file.id);
  });

  test('a large file comes whole, in any order of the fields, under any prefix', async () => {
    const bytes = randomBytes(3 * MIB);
    const data = form({ purpose: 'vision', file: new Blob([bytes]) });
    const reply = await fetch(`${server.url}/compatible-mode/v1/files`, {
      method: 'POST',
      headers: { 'x-api-key': 'one' },
      body: data,
    });
    const file = checked(fileObject, await reply.json());
    assert.deepEqual([file.bytes, file.filename], [bytes.length, 'blob']);
    const content = Buffer.from(await (await get(`/v1/files/${file.id}/content`)).arrayBuffer());
    const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    assert.equal(digest(content), digest(bytes));
    assert.equal(checked(fileList, await (await get('/v1/files')).json()).data.length, 1);
    await openai().files.delete(file.id);
  });

  test('paths in names lead nowhere', async () => {
    const { json } = await post(form({ file: new File([png], '../../etc/x.png'), purpose: 'vision' }));
    const file = checked(fileObject, json);
    assert.equal(file.filename, 'x.png');
    assert.deepEqual(contents(), [file.id]);
    for (const id of ['..%2ffiles.db', 'files.db', '..%2f..%2fetc%2fpasswd', `${file.id}.part`, `${file.id}%00`])
      assert.equal((await get(`/v1/files/${id}/content`)).status, 404, id);
    await openai().files.delete(file.id);
  });

  const wrong: [string, () => Promise<{ status: number; json: unknown }>, number, string | null, RegExp][] = [
    ['no purpose', () => post(form({ file: new Blob([png]) })), 400, 'purpose', /purpose is missing/],
    [
      'a purpose that nothing here has',
      () => post(form({ file: new Blob([png]), purpose: 'fine-tune' })),
      400,
      'purpose',
      /"vision", "user_data"/,
    ],
    ['no file', () => post(form({ purpose: 'vision' })), 400, 'file', /file is missing/],
    ['a file that is a text', () => post(form({ purpose: 'vision', file: 'text' })), 400, 'file', /file is missing/],
    ['a file by another name', () => post(form({ image: new Blob([png]) })), 400, 'image', /is called file/],
    [
      'half an expiry',
      () => post(form({ file: new Blob([png]), purpose: 'vision', 'expires_after[seconds]': '3600' })),
      400,
      'expires_after.anchor',
      /is missing/,
    ],
    [
      'an expiry that is too soon',
      () =>
        post(
          form({
            file: new Blob([png]),
            purpose: 'vision',
            'expires_after[anchor]': 'created_at',
            'expires_after[seconds]': '60',
          }),
        ),
      400,
      'expires_after.seconds',
      /from 3600 to 2592000/,
    ],
    [
      'a file that is too large',
      () => post(form({ file: new Blob([Buffer.alloc(3 * MIB + 1)]), purpose: 'vision' })),
      413,
      'file',
      /larger than the 3145728/,
    ],
    [
      'a body that is far too large',
      () => post(form({ file: new Blob([Buffer.alloc(8 * MIB)]), purpose: 'vision' })),
      413,
      'file',
      /larger than the 3145728/,
    ],
    [
      'JSON',
      () => post('{}', { 'content-type': 'application/json' }),
      415,
      null,
      /multipart\/form-data with a boundary/,
    ],
    ['no boundary', () => post('x', { 'content-type': 'multipart/form-data; a=b' }), 415, null, /[Bb]oundary/],
    [
      'no form',
      () => post('x', { 'content-type': 'multipart/form-data; boundary=b' }),
      400,
      null,
      /the form cannot be read/,
    ],
    [
      'half a form',
      () =>
        post('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc', {
          'content-type': 'multipart/form-data; boundary=b',
        }),
      400,
      null,
      /Unexpected end of form/,
    ],
    [
      'no body',
      () => post('', { 'content-type': 'multipart/form-data; boundary=b' }),
      400,
      null,
      /Unexpected end of form/,
    ],
    [
      'too many fields',
      () => post(form(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, 'x'])))),
      400,
      null,
      /too many fields/,
    ],
    ['a field that is too long', () => post(form({ purpose: 'x'.repeat(5000) })), 400, 'purpose', /longer than 4096/],
  ];
  for (const [name, attempt, status, param, message] of wrong)
    test(`refused: ${name}`, async () => {
      const reply = await attempt();
      const { error } = checked(errorBody, reply.json);
      assert.match(error.message, message);
      assert.deepEqual([reply.status, error.param ?? null], [status, param]);
      assert.deepEqual(contents(), []);
    });

  test('two files at once are refused', async () => {
    const data = form({ file: new Blob([png]), purpose: 'vision' });
    data.append('file', new Blob([png]));
    const { status, json } = await post(data);
    assert.equal(status, 400);
    assert.match(checked(errorBody, json).error.message, /two files/);
    assert.deepEqual(contents(), []);
  });

  test('a body without a length is counted while it comes', async () => {
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const upload = request(`${server.url}/v1/files`, {
        method: 'POST',
        headers: { 'x-api-key': 'one', 'content-type': 'multipart/form-data; boundary=b' },
      });
      let hasAnswer = false;
      upload.once('response', (reply) => {
        hasAnswer = true;
        let text = '';
        reply.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        reply.once('end', () => resolve({ status: reply.statusCode!, text }));
      });
      // It is closed in the midst of the upload.
      upload.once('error', (error) => (hasAnswer ? undefined : reject(error)));
      upload.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n');
      for (let i = 0; i < 5; i++) upload.write(Buffer.alloc(MIB));
    });
    assert.equal(status, 413);
    assert.match(text, /larger than the 3145728 bytes/);
    assert.deepEqual(contents(), []);
  });

  test('a client that goes away leaves nothing', async () => {
    const upload = request(`${server.url}/v1/files`, {
      method: 'POST',
      headers: { 'x-api-key': 'one', 'content-type': 'multipart/form-data; boundary=b' },
    });
    upload.on('error', () => undefined);
    upload.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc');
    for (let i = 0; i < 100 && contents().length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(contents().length, 1);
    upload.destroy();
    for (let i = 0; i < 100 && contents().length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(contents(), []);
  });

  test('lists take only what they know, and there is room for so many', async () => {
    for (const [query, param] of [
      ['limit=0', 'limit'],
      ['limit=10001', 'limit'],
      ['limit=x', 'limit'],
      ['order=up', 'order'],
      ['purpose=x', 'purpose'],
      ['after=file-x', 'after'],
    ] as const) {
      const reply = await get(`/v1/files?${query}`);
      assert.equal(reply.status, 400, query);
      assert.equal(checked(errorBody, await reply.json()).error.param, param);
    }
    for (let i = 0; i < 8; i++)
      assert.equal((await post(form({ file: new Blob([png]), purpose: 'vision' }))).status, 200);
    const { status, json } = await post(form({ file: new Blob([png]), purpose: 'vision' }));
    assert.equal(status, 413);
    assert.equal(checked(errorBody, json).error.code, 'storage_full');
  });
});
