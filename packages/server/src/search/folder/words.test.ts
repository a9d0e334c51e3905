import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryTerms } from './query-terms.ts';
import { words } from './words.ts';

const terms = (text: string, singles = false): string[] => words(text, singles).map(({ term }) => term);

test('words and where they stand', () => {
  assert.deepEqual(words('The foo_bar, v2.1!', false), [
    { term: 'the', start: 0, end: 3 },
    { term: 'foo', start: 4, end: 7 },
    { term: 'bar', start: 8, end: 11 },
    { term: 'v2', start: 13, end: 15 },
    { term: '1', start: 16, end: 17 },
  ]);
  assert.deepEqual(
    words('a 蓝色的', true).slice(-4),
    [
      { term: '色', start: 3, end: 4 },
      { term: '蓝色', start: 2, end: 4 },
      { term: '的', start: 4, end: 5 },
      { term: '色的', start: 3, end: 5 },
    ].toSorted((a, b) => a.end - b.end || a.start - b.start),
  );
});

test('case, width and accents make no difference, marks that make other letters do', () => {
  assert.deepEqual(terms('ÉCOLE École e\u0301cole ｅｃｏｌｅ İstanbul ﬁn'), [
    'ecole',
    'ecole',
    'ecole',
    'ecole',
    'istanbul',
    'fin',
  ]);
  assert.notDeepEqual(terms('ガ'), terms('カ'));
  assert.deepEqual(terms('한국어'), ['한국', '국어']);
});

test('scripts without spaces, alone and within others', () => {
  assert.deepEqual(terms('运行Node服务'), ['运行', 'node', '服务']);
  assert.deepEqual(terms('猫'), ['猫']);
  assert.deepEqual(terms('猫'), terms('猫', true));
  assert.deepEqual(terms('𠮷野家'), ['𠮷野', '野家']);
});

test('what is no word', () => {
  assert.deepEqual(terms(`${'x'.repeat(65)} 。、 — 😀 ok`), ['ok']);
});

test('terms of a query: each once, common ones only if there are no others', () => {
  assert.deepEqual(queryTerms('What is the name of the Sky?'), ['name', 'sky']);
  assert.deepEqual(queryTerms('who is it'), ['who', 'is', 'it']);
  assert.equal(queryTerms(Array.from({ length: 99 }, (_, at) => `w${at}`).join(' ')).length, 32);
  assert.deepEqual(queryTerms('?'), []);
});
