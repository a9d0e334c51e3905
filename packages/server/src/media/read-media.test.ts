import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Engine, LanternError, type Media } from '@lantern/engine';
import { FileStore } from '../files/file-store.ts';
import { ApiError } from '../http/api-error.ts';
import { AllowedDomains } from './allowed-domains.ts';
import type { MediaBytes, MediaRequest, MediaSource } from './media-request.ts';
import { mediaReader } from './read-media.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1');
const mp4 = Buffer.from('\0\0\0\x18ftypisom and so on', 'latin1');
const dataUrl = (bytes: Uint8Array) => `data:;base64,${bytes.toBase64()}`;

const files = new FileStore();
let concurrent = { now: 0, most: 0 };
const server = createServer((_, response) => {
  concurrent.most = Math.max(concurrent.most, ++concurrent.now);
  setTimeout(() => {
    concurrent.now--;
    response.end(png);
  }, 20);
});
let origin = '';
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://media.example:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  files.close();
});

/** All that reading looks at: 2 × 2 patches are a token. */
const engine = { contextTokens: 100, config: { vision: { spatialMergeSize: 2 } } } as unknown as Engine;
const seen = (kind: Media['kind'], slices = 1): Media => ({
  kind,
  rows: 4,
  columns: 4,
  slices: new Array(slices).fill({ frames: [png, png], hash: 'h' }),
  timestamps: null,
});

function reader(
  decode: (media: MediaBytes) => Media | Promise<Media> = ({ kind }) => seen(kind === 'image' ? kind : 'video'),
) {
  const links = {
    domains: new AllowedDomains([origin]),
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    admits: () => true,
  };
  const read = mediaReader({ links, files }, async (media) => decode(media));
  return (requests: MediaRequest[], owner = 'ada', signal = new AbortController().signal) =>
    read(requests, { engine, owner, signal });
}

const data = (bytes: Uint8Array, field = 'f.url'): MediaSource => ({ field, kind: 'data', url: dataUrl(bytes) });
const picture = (source: MediaSource, field = 'f'): MediaRequest => ({ field, kind: 'image', source, limits: {} });
const link = (field = 'f.url'): MediaSource => ({ field, kind: 'link', url: `${origin}/a.png` });

function refused(promise: Promise<unknown>, code: string, param: string, message: RegExp): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.match(error.message, message);
    assert.deepEqual([error.code, error.param], [code, param]);
    return true;
  });
}

test('media come in their order, from data, links and files', async () => {
  const file = (
    await files.receive(
      (async function* () {
        yield mp4;
      })(),
    )
  ).keep({
    owner: 'ada',
    filename: 'a.mp4',
    purpose: 'vision',
    expiresAfterSeconds: null,
  });
  const got: MediaBytes[] = [];
  const source = (id: string): MediaSource => ({ field: 'f.id', kind: 'file', id });
  const requests: MediaRequest[] = [
    picture(link()),
    { field: 'v', kind: 'video', source: source(file.id), limits: { fps: 3 } },
    { field: 'l', kind: 'frames', frames: [data(png), link()], limits: {} },
    picture(data(png)),
  ];
  const media = await reader((media) => {
    got.push(media);
    return seen(media.kind === 'image' ? 'image' : 'video', got.length);
  })(requests);
  assert.deepEqual(
    media.map(({ kind }) => kind),
    ['image', 'video', 'video', 'image'],
  );
  assert.deepEqual(got.map(({ kind }) => kind).sort(), ['frames', 'image', 'image', 'video']);
  const video = got.find(({ kind }) => kind === 'video') as { bytes: Uint8Array; limits: object };
  assert.deepEqual([Buffer.from(video.bytes), video.limits], [mp4, { fps: 3 }]);
  const list = got.find((one) => one.kind === 'frames') as { frames: readonly Uint8Array[] };
  assert.deepEqual(
    list.frames.map((frame) => Buffer.from(frame)),
    [png, png],
  );
  await refused(
    reader()([{ field: 'v', kind: 'video', source: source(file.id), limits: {} }], 'bob'),
    'file_not_found',
    'f.id',
    /no file/,
  );
  await refused(
    reader()([picture(source(file.id))]),
    'invalid_media',
    'f.id',
    /is a video; send it in a part of type video_url/,
  );
  await refused(
    reader()([{ field: 'v', kind: 'video', source: data(png), limits: {} }]),
    'invalid_media',
    'f.url',
    /is a picture; send it in a part of type image_url/,
  );
});

test('four are fetched at a time, also of frames', async () => {
  concurrent = { now: 0, most: 0 };
  const frames = Array.from({ length: 8 }, () => link());
  await reader()([...frames.map((source) => picture(source)), { field: 'l', kind: 'frames', frames, limits: {} }]);
  assert.equal(concurrent.most, 4);
});

test('the first failure ends all, and is told', async () => {
  let decoded = 0;
  const decode = ({ kind, ...rest }: MediaBytes) => {
    decoded++;
    if ('bytes' in rest && Buffer.from(rest.bytes).equals(png)) return seen('image');
    throw new LanternError('bad-input', 'it is damaged', 'send another');
  };
  const bad = picture(data(Buffer.from('none'), 'bad.url'), 'bad');
  await refused(
    reader(decode)([bad, ...new Array<MediaRequest>(50).fill(picture(link()))]),
    'invalid_media',
    'bad.url',
    /^bad\.url cannot be read: it is damaged; send another$/,
  );
  assert.ok(decoded < 10, `${decoded}`);
  await assert.rejects(
    reader(() => {
      throw new RangeError('a bug');
    })([picture(data(png))]),
    /a bug/,
  );
});

test('what the context cannot hold is not read to its end', async () => {
  let decoded = 0;
  const decode = () => {
    decoded++;
    return seen('video', 20);
  };
  // 20 slices of 4 tokens each.
  await refused(
    reader(decode)(Array.from({ length: 30 }, (_, i) => picture(data(png), `f${i}`))),
    'context_length_exceeded',
    'f1',
    /up to f1 take 160 tokens; the context holds 100/,
  );
  assert.ok(decoded < 8, `${decoded}`);
});

test('a client that goes away ends the reading', async () => {
  const client = new AbortController();
  const reading = reader()(new Array(40).fill(picture(link())), 'ada', client.signal);
  setTimeout(() => client.abort(), 10);
  await assert.rejects(reading, { code: 'client_closed' });
});
