import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestStretch } from './best-stretch.ts';

const filler = 'lorem ipsum dolor sit amet '.repeat(20);

test('a short passage is whole, in one line', () => {
  assert.equal(bestStretch(' a\n\nb  c ', new Set(['x']), 10), 'a b c');
});

test('more different words beat more of one word', () => {
  const text = `sky sky sky ${filler} blue sky ${filler} sky sky`;
  const stretch = bestStretch(text, new Set(['blue', 'sky']), 100);
  assert.match(stretch, /^… .*blue sky.* …$/);
});

test('whole words, within the length, wherever the words stand', () => {
  const words = filler.trim().split(' ');
  for (let at = 0; at <= words.length; at += 3)
    for (const length of [40, 99, 400]) {
      const text = [...words.slice(0, at), 'Treasure', ...words.slice(at)].join(' ');
      const stretch = bestStretch(text, new Set(['treasure']), length);
      assert.ok(stretch.length <= length && stretch.length > length / 2, stretch);
      const inside = stretch.replace(/^… | …$/g, '');
      assert.ok(` ${text} `.includes(` ${inside} `), inside);
      assert.ok(inside.includes('Treasure'), inside);
    }
});

test('scripts without spaces and words without end are cut between characters', () => {
  for (const unit of ['天空是蓝色的', '𠮷', 'x', '😀']) {
    const stretch = bestStretch(unit.repeat(500), new Set(['蓝色']), 100);
    assert.ok(stretch.length <= 100 && stretch.length > 20, stretch);
    assert.ok(stretch.isWellFormed());
  }
});

test('nothing of it found: the beginning', () => {
  assert.match(bestStretch(filler, new Set(), 50), /^lorem ipsum .* …$/);
});
