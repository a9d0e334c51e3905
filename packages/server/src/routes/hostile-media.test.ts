import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { errorBody } from '@lantern/api';
import { checked } from '../responses/response-test.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

const MIB = 2 ** 20;
const fixture = fileURLToPath(new URL('../../../engine/fixtures/moe-vision-r2/first.png', import.meta.url));
const png = readFileSync(fixture);

let server: RunningServer;
before(async () => {
  server = await testServer({ engine: { threads: 1 } });
});
after(() => server.stop(0));

const chat = (content: unknown) => ({
  temperature: 0,
  max_tokens: 2,
  enable_thinking: false,
  messages: [{ role: 'user', content }],
});
const ask = (content: unknown) =>
  fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(chat(content)),
  });
const picture = (bytes: Uint8Array) => ({ type: 'image_url', image_url: { url: `data:;base64,${bytes.toBase64()}` } });

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** Bytes without order, the same every time. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 48_271) % 0x7fffffff;
      return state >> 8;
    }),
  );
}

/** A PNG that says that it has these sides, whatever its data are. */
function pngOf(width: number, height: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(data)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A WebP without loss that says that it has 16,384 × 16,384 pixels. */
function webpOf(): Buffer {
  const data = Buffer.from([0x2f, 0xff, 0xff, 0xff, 0x0f, ...new Array(59).fill(0)]);
  const bytes = Buffer.alloc(20);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(12 + data.length, 4);
  bytes.write('WEBPVP8L', 8);
  bytes.writeUInt32LE(data.length, 16);
  return Buffer.concat([bytes, data]);
}

function bmpOf(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(54 + 16);
  bytes.write('BM', 0);
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

const svg =
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><image href="http://127.0.0.1:1/x.png"/><text>&x;</text></svg>';
const jpegHead = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
const flipped = Buffer.from(png);
for (let i = 60; i < flipped.length; i += 97) flipped[i]! ^= 0xff;

const hostile: [name: string, bytes: Uint8Array, message: RegExp][] = [
  ['cut in its header', png.subarray(0, 20), /cannot be read/],
  ['cut in its data', png.subarray(0, png.length >> 1), /cannot be read/],
  ['with bits flipped', flipped, /cannot be read/],
  ['of 50,000 × 50,000 pixels', pngOf(50_000, 50_000, Buffer.alloc(1000)), /2500000000|at most/],
  ['with sides of 2^31 - 1', pngOf(0x7fffffff, 0x7fffffff, Buffer.alloc(10)), /cannot be read/],
  ['without sides', pngOf(0, 0, Buffer.alloc(10)), /cannot be read/],
  ['with fewer data than it says', pngOf(1000, 1000, Buffer.alloc(10)), /cannot be read/],
  ['as thin as a hair', pngOf(30_000, 11, Buffer.alloc(11 * 90_001)), /cannot be read/],
  ['of 2 × 2 pixels', pngOf(2, 2, Buffer.alloc(14)), /over 10 pixels/],
  ['a WebP of 16,384 × 16,384 in 84 bytes', webpOf(), /cannot be read/],
  ['a BMP that says 40,000 × 40,000', bmpOf(40_000, 40_000), /cannot be read/],
  ['a BMP with a height below zero beyond measure', bmpOf(64, -(2 ** 31)), /cannot be read/],
  ['a JPEG that ends after its head', jpegHead, /cannot be read/],
  ['noise behind the head of a JPEG', Buffer.concat([jpegHead, noise(5000)]), /cannot be read/],
  ['noise behind the head of a GIF', Buffer.concat([Buffer.from('GIF89a'), noise(500)]), /cannot be read/],
  ['noise behind the head of a TIFF', Buffer.concat([Buffer.from('II*\0'), noise(500)]), /cannot be read/],
  ['noise behind the head of a HEIC', Buffer.concat([Buffer.from('\0\0\0\x18ftypheic'), noise(500)]), /cannot be read/],
  ['an SVG that refers to files and hosts', Buffer.from(svg), /no known format/],
  ['a web page', Buffer.from('<!doctype html><img src=x>'), /no known format/],
  ['a gzip of a picture', gzipSync(png), /no known format/],
  ['a video', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomiso2'), /is a video; send it in a part of type video_url/],
];

describe('hostile pictures', () => {
  for (const [name, bytes, message] of hostile)
    test(name, async () => {
      const reply = await ask([picture(bytes)]);
      const { error } = checked(errorBody, await reply.json());
      assert.deepEqual(
        [reply.status, error.code, error.param],
        [400, 'invalid_media', 'messages[0].content[0].image_url.url'],
        error.message,
      );
      assert.match(error.message, message);
    });

  test('a picture that is something else too is the picture', async () => {
    const polyglot = Buffer.concat([png, Buffer.from('<script>alert(1)</script>PK\x05\x06'), Buffer.alloc(18)]);
    const reply = await ask([picture(polyglot)]);
    assert.equal(reply.status, 200, await reply.clone().text());
    const plain = (await (await ask([picture(png)])).json()) as { usage: { prompt_tokens: number } };
    assert.equal(((await reply.json()) as typeof plain).usage.prompt_tokens, plain.usage.prompt_tokens);
  });

  test('many at once take no more memory than a few, and the server is alive', async () => {
    const bomb = pngOf(50_000, 50_000, Buffer.alloc(8 * MIB));
    const before = process.memoryUsage().rss;
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask([picture(bomb), picture(webpOf())])));
    assert.deepEqual(
      replies.map(({ status }) => status),
      new Array(8).fill(400),
    );
    const grown = (process.memoryUsage().rss - before) / MIB;
    assert.ok(grown < 300, `${grown.toFixed()} MiB`);
    assert.equal((await ask('Hello')).status, 200);
  });
});
