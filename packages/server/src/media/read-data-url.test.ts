import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../http/api-error.ts';
import { dataUrlStart, isDataUrl, readDataUrl } from './read-data-url.ts';

const MIB = 2 ** 20;
const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
const base64 = bytes.toBase64();

test('base64 is read with white space, parameters and without padding', () => {
  for (const url of [
    `data:image/png;base64,${base64}`,
    `DATA:image/PNG;BASE64,${base64}`,
    `data:;base64,${base64}`,
    `data:application/octet-stream;base64,${base64}`,
    `data:image/png;name=a.png;charset="x y";base64,${base64}`,
    ` data:image/svg+xml; base64 ,\n${base64.replace(/(.{76})/g, '$1\r\n')}\n`,
  ])
    assert.deepEqual(readDataUrl(url, 'image', 'f'), bytes, url);
  assert.deepEqual(readDataUrl('data:image/png;base64,aGk', 'image', 'f'), new Uint8Array([104, 105]));
  assert.deepEqual(readDataUrl(`data:video/mp4;base64,${base64}`, 'video', 'f'), bytes);
  assert.deepEqual(dataUrlStart(`data:;base64,\n${base64}`, 'f'), bytes.subarray(0, 96));
  assert.deepEqual(dataUrlStart('data:;base64,aGk=', 'f'), new Uint8Array([104, 105]));
});

test('anything else is a 400 that names the field', () => {
  for (const [url, message] of [
    ['data:,', /is no data: address with base64/],
    ['data:image/png,abc', /is no data: address with base64/],
    ['data:image/svg+xml;utf8,<svg/>', /is no data: address with base64/],
    [`data:image/png;a=${'b'.repeat(600)};base64,aGk=`, /is no data: address/],
    ['data:image/png;base64;base64', /is no data: address/],
    ['data:image/png;base64,', /is empty/],
    ['data:image/png;base64, \n', /is empty/],
    ['data:image/png;base64,a-_k', /is not base64 after its comma/],
    ['data:image/png;base64,aGk%3D', /is not base64/],
    ['data:image/png;base64,aGk=x', /is not base64/],
    ['data:video/mp4;base64,aGk=', /is of type video\/mp4; it must be image\/…, such as image\/png/],
    ['data:text/plain;base64,aGk=', /is of type text\/plain/],
  ] as const)
    assert.throws(
      () => readDataUrl(url, 'image', 'messages[0].content[1].image_url.url'),
      (error) => {
        assert.ok(error instanceof ApiError);
        assert.match(error.message, message);
        assert.deepEqual([error.status, error.param], [400, 'messages[0].content[1].image_url.url']);
        return true;
      },
      url,
    );
});

test('what is too long is a 413 that says what to do', () => {
  const limits = (kind: 'image' | 'video', most: number, remedy: RegExp) => {
    const url = (length: number) => `data:;base64,${'A'.repeat(length)}`;
    assert.equal(readDataUrl(url(most), kind, 'f').length, (most / 4) * 3);
    assert.throws(
      () => readDataUrl(url(most + 4), kind, 'f'),
      (error) => error instanceof ApiError && error.status === 413 && remedy.test(error.message),
    );
  };
  limits('image', 20 * MIB, /20971524 characters of base64; .* 20971520 \(20 MB\), .*1344×1344.*JPEG of quality 85/);
  limits('video', 10 * MIB, /\(10 MB\), .*\/v1\/files/);
});

test('what says that it is data is known by that', () => {
  assert.ok(isDataUrl('data:,') && isDataUrl(' DATA:x'));
  assert.ok(!isDataUrl('https://example.com/data:') && !isDataUrl('iVBORw0KGgo='));
});
