import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipText } from './clip-text.ts';

for (const [text, length, expected] of [
  ['short', 5, 'short'],
  ['several words here', 14, 'several words…'],
  ['several words here', 13, 'several…'],
  ['unbreakable', 5, 'unbr…'],
  ['😀😀😀', 4, '😀…'],
  ['天空。是蓝色的', 5, '天空。…'],
  ['', 0, ''],
] as const)
  test(`"${text}" in ${length}`, () => {
    assert.equal(clipText(text, length), expected);
  });
