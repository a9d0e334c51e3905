import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredFile } from '../files/file-store.ts';
import { ApiError } from '../http/api-error.ts';
import { type MediaPart, MediaParts, type MediaPartsOptions } from './media-parts.ts';
import type { MediaRequest } from './media-request.ts';

const png = 'data:image/png;base64,iVBORw0KGgo=';
const mp4 = 'data:;base64,AAAAGGZ0eXBpc29t';
const file = (id: string, media: StoredFile['media']): StoredFile => ({
  id,
  media,
  filename: id,
  purpose: 'vision',
  bytes: 1,
  createdAt: 0,
  expiresAt: 1,
});
const files = [file('file-png', 'image'), file('file-mp4', 'video'), file('file-pdf', null)];
const findFile = (id: string) => files.find((one) => one.id === id) ?? null;

function read(part: unknown, options: Partial<MediaPartsOptions> = {}): MediaRequest {
  const parts = new MediaParts({ sees: true, findFile, ...options });
  const place = parts.read(part as MediaPart, 'p');
  assert.deepEqual(place, { type: parts.requests[0]!.kind === 'image' ? 'image' : 'video' });
  return JSON.parse(JSON.stringify(parts.requests[0])) as MediaRequest;
}

test('a picture by any address, with how finely to look', () => {
  const source = { field: 'p.image_url.url', kind: 'data', url: png };
  const picture = (part: object, options?: Partial<MediaPartsOptions>) =>
    read({ type: 'image_url', image_url: { url: png }, ...part }, options);
  assert.deepEqual(picture({}), { field: 'p', kind: 'image', source, limits: {} });
  assert.deepEqual(picture({ image_url: png }), {
    field: 'p',
    kind: 'image',
    source: { ...source, field: 'p.image_url' },
    limits: {},
  });
  const sourceOf = (url: string) => (picture({ image_url: { url } }) as { source: object }).source;
  assert.deepEqual(sourceOf(' https://example.com/a '), {
    field: 'p.image_url.url',
    kind: 'link',
    url: 'https://example.com/a',
  });
  assert.deepEqual(sourceOf('http://example.com/a'), { ...source, kind: 'link', url: 'http://example.com/a' });
  assert.deepEqual(sourceOf('file-png'), { field: 'p.image_url.url', kind: 'file', id: 'file-png' });

  const limits = (part: object, options?: Partial<MediaPartsOptions>) => picture(part, options).limits;
  assert.deepEqual(limits({ min_pixels: 5000, max_pixels: 9000 }), { minPixels: 5000, maxPixels: 9000 });
  assert.deepEqual(limits({ image_url: { url: png, max_pixels: 8000 }, max_pixels: 9000, min_pixels: 5000 }), {
    minPixels: 5000,
    maxPixels: 8000,
  });
  const detailed = (detail: string, more: object = {}) => ({ image_url: { url: png, detail, ...more } });
  assert.deepEqual(limits(detailed('low')), { maxPixels: 262_144 });
  assert.deepEqual(limits(detailed('low', { max_pixels: 9000 })), { maxPixels: 9000 });
  assert.deepEqual(limits(detailed('high')), {});
  assert.deepEqual(limits({ max_pixels: 9000 }, { highResolution: true }), { maxPixels: 16_777_216 });
});

test('a video by its address, as frames, as a file', () => {
  assert.deepEqual(read({ type: 'video_url', video_url: { url: mp4, fps: 4 }, fps: 8, total_pixels: 9000 }), {
    field: 'p',
    kind: 'video',
    source: { field: 'p.video_url.url', kind: 'data', url: mp4 },
    limits: { fps: 4, totalPixels: 9000 },
  });
  assert.deepEqual(read({ type: 'video_url', video_url: 'https://example.com/a' }), {
    field: 'p',
    kind: 'video',
    source: { field: 'p.video_url', kind: 'link', url: 'https://example.com/a' },
    limits: {},
  });
  assert.deepEqual(read({ type: 'video', video: [png, 'file-png'], fps: 1, min_pixels: 5000 }), {
    field: 'p',
    kind: 'frames',
    frames: [
      { field: 'p.video[0]', kind: 'data', url: png },
      { field: 'p.video[1]', kind: 'file', id: 'file-png' },
    ],
    limits: { minPixels: 5000, fps: 1 },
  });
  const kindOf = (file: object) => read({ type: 'file', file }, { highResolution: true });
  assert.deepEqual(kindOf({ file_id: 'file-mp4' }), {
    field: 'p',
    kind: 'video',
    source: { field: 'p.file.file_id', kind: 'file', id: 'file-mp4' },
    limits: {},
  });
  assert.deepEqual(kindOf({ file_data: mp4 }).kind, 'video');
  assert.deepEqual(kindOf({ file_data: png }), {
    field: 'p',
    kind: 'image',
    source: { field: 'p.file.file_data', kind: 'data', url: png },
    limits: { maxPixels: 16_777_216 },
  });
});

test('what cannot be read is refused by its field', () => {
  const cases: [part: object, code: string, param: string, message: RegExp][] = [
    [
      { type: 'image_url', image_url: 'file:///etc/passwd' },
      'invalid_media',
      'p.image_url',
      /"file:\/\/\/etc\/passwd"; it must be a data:/,
    ],
    [{ type: 'image_url', image_url: { url: 'x'.repeat(99) } }, 'invalid_media', 'p.image_url.url', /"x{30}…"/],
    [{ type: 'video', video: [png, 'oss://a'] }, 'invalid_media', 'p.video[1]', /oss:\/\/a/],
    [
      { type: 'image_url', image_url: { url: png, min_pixels: 9 }, max_pixels: 4 },
      'invalid_request',
      'p.image_url.min_pixels',
      /is 9, and max_pixels 4/,
    ],
    [
      { type: 'video_url', video_url: mp4, min_pixels: 9, max_pixels: 4 },
      'invalid_request',
      'p.min_pixels',
      /must not be larger/,
    ],
    [{ type: 'file', file: {} }, 'invalid_request', 'p.file', /file_id or file_data/],
    [{ type: 'file', file: { file_id: 'file-png', file_data: png } }, 'invalid_request', 'p.file', /not both/],
    [{ type: 'file', file: { file_id: 'file-x' } }, 'file_not_found', 'p.file.file_id', /"file-x"/],
    [
      { type: 'file', file: { file_id: 'file-pdf' } },
      'unsupported_content',
      'p.file.file_id',
      /neither a picture nor a video/,
    ],
    [
      { type: 'file', file: { file_data: 'data:text/plain;base64,aGk=' } },
      'unsupported_content',
      'p.file.file_data',
      /send the text/,
    ],
    [{ type: 'file', file: { file_data: 'aGk=' } }, 'invalid_media', 'p.file.file_data', /no data: address/],
    [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }, 'unsupported_content', 'p', /does not hear/],
  ];
  for (const [part, code, param, message] of cases)
    assert.throws(
      () => read(part),
      (error) => {
        assert.ok(error instanceof ApiError, String(error));
        assert.match(error.message, message);
        assert.deepEqual([error.code, error.param], [code, param]);
        return true;
      },
    );
  for (const part of [
    { type: 'image_url', image_url: png },
    { type: 'video_url', video_url: mp4 },
    { type: 'video', video: [png] },
    { type: 'file', file: { file_id: 'file-png' } },
  ])
    assert.throws(() => read(part, { sees: false }), {
      code: 'unsupported_content',
      param: 'p',
      message: `p is of type ${part.type}; the model that is served reads text only, load a checkpoint with a vision tower or add one with --mmproj`,
    });
});

test('a request has only so many', () => {
  const cases: [part: object, most: number, what: RegExp][] = [
    [{ type: 'image_url', image_url: 'https://example.com/a' }, 256, /256 pictures by address or id/],
    [{ type: 'image_url', image_url: png }, 250, /250 pictures in base64/],
    [{ type: 'video', video: [png] }, 64, /64 videos/],
  ];
  for (const [part, most, what] of cases) {
    const parts = new MediaParts({ sees: true, findFile });
    for (let i = 0; i < most; i++) parts.read(part as MediaPart, `p[${i}]`);
    assert.throws(() => parts.read(part as MediaPart, 'last'), {
      code: 'invalid_request',
      param: 'last',
      message: what,
    });
  }
});
