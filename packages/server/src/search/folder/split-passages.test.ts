import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headingSlug } from './heading-slug.ts';
import { splitPassages } from './split-passages.ts';

const section = (text: string, heading = '', isTitle = false) => ({ heading, isTitle, text });

test('short sections are a passage each; one without text stays for its heading', () => {
  assert.deepEqual(splitPassages([section('a', 'T', true), section('b', 'Same'), section('', 'Same'), section('c')]), [
    { heading: 'T', slug: '', text: 'a' },
    { heading: 'Same', slug: 'same', text: 'b' },
    { heading: 'Same', slug: 'same-1', text: '' },
    { heading: '', slug: '', text: 'c' },
  ]);
});

for (const [name, unit] of [
  ['paragraphs', `${'word '.repeat(60).trim()}.\n\n`],
  ['lines', `${'word '.repeat(60).trim()}\n`],
  ['sentences', `${'word '.repeat(60).trim()}. `],
  ['words', 'word '],
  ['sentences without spaces', `${'天空是蓝色的'.repeat(10)}。`],
  ['characters', '😀'],
] as const)
  test(`a long text is cut between ${name}`, () => {
    const text = unit.repeat(5000 / unit.length);
    const pieces = splitPassages([section(text)]).map((passage) => passage.text);
    assert.equal(pieces.join('').replace(/\s/g, ''), text.replace(/\s/g, ''));
    for (const piece of pieces) {
      assert.ok(piece.length >= 200 && piece.length <= 1000, String(piece.length));
      assert.ok(piece.isWellFormed());
      const last = unit.trim().slice(-4);
      assert.ok(piece.endsWith(last), piece.slice(-20));
    }
  });

test('slugs are those of Markdown viewers', () => {
  const uses = new Map<string, number>();
  const slugs = ['What is it?', 'a_b - C', 'Größe & Maß', '安装', 'What is it', 'What is it', 'what-is-it-1', '!', ''];
  assert.deepEqual(
    slugs.map((heading) => headingSlug(heading, uses)),
    ['what-is-it', 'a_b---c', 'größe--maß', '安装', 'what-is-it-1', 'what-is-it-2', 'what-is-it-1-1', '', ''],
  );
});
