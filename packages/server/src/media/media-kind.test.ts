import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaKindOf } from './media-kind.ts';

const kindOf = (text: string) => mediaKindOf(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));

test('pictures and videos are known by their first bytes', () => {
  for (const start of [
    '\x89PNG\r\n\x1a\n',
    'GIF89a',
    '\xff\xd8\xff\xe0',
    'II*\0',
    'MM\0*',
    'RIFF\x10\0\0\0WEBPVP8 ',
    `BM${'\0'.repeat(12)}\x28\0\0\0`,
    '\0\0\0\x18ftypheic',
    '\0\0\0\x1cftypavif',
  ])
    assert.equal(kindOf(start), 'image', JSON.stringify(start));
  for (const start of [
    '\0\0\0\x18ftypisom',
    '\0\0\0\x14ftypqt  ',
    '\0\0\0\x08wide',
    '\x1aE\xdf\xa3\x01',
    'RIFF\x10\0\0\0AVI LIST',
    '\0\0\x01\xba',
    'FLV\x01',
  ])
    assert.equal(kindOf(start), 'video', JSON.stringify(start));
  for (const start of [
    '',
    'B',
    '%PDF-1.7',
    'BMW is a car, and this a text',
    'RIFF\x10\0\0\0WAVE',
    '<svg>',
    'ID3\x03',
    'freedom',
  ])
    assert.equal(kindOf(start), null, JSON.stringify(start));
});
