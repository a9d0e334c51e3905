import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotation, chatTool } from '@lantern/api';
import { citations, formatResults, listSources } from './format-results.ts';
import { SEARCH_TOOL_NAME, searchTool } from './search-tool.ts';

const results = [
  { title: 'One', url: 'https://example.com/1', snippet: 'First.' },
  { title: 'Two', url: 'notes.md#two', snippet: '' },
];
const cited = (text: string): string[] =>
  citations(text, results).map(({ url_citation: { title, start_index, end_index } }) => {
    return `${title} ${text.slice(start_index, end_index)}`;
  });

test('results as text for the model', () => {
  assert.equal(formatResults(results), '[1] One — https://example.com/1\nFirst.\n\n[2] Two — notes.md#two');
  assert.match(formatResults(results, { first: 6, mark: '[ref_<number>]' }), /^\[ref_6\] One .*\[ref_7\] Two/s);
  assert.equal(formatResults([]), 'Nothing was found. Other words may find more.');
});

test("annotations have OpenAI's form", () => {
  const [only, ...rest] = citations('Blue 😀 [1].', results);
  assert.deepEqual(only, {
    type: 'url_citation',
    url_citation: { url: 'https://example.com/1', title: 'One', start_index: 8, end_index: 11 },
  });
  assert.deepEqual(rest, []);
  annotation.parse(only);
});

test('every mark that names a result is cited, in its order', () => {
  assert.deepEqual(cited('a[1] b [2][1], c [ref_2] 【1】'), [
    'One [1]',
    'Two [2]',
    'One [1]',
    'Two [ref_2]',
    'One 【1】',
  ]);
  assert.deepEqual(cited('both [1, 2] and [2,1][3]'), ['One [1, 2]', 'Two [1, 2]', 'Two [2,1]', 'One [2,1]']);
  assert.deepEqual(cited('none [0] [3] [12345] [x] [1.5] [-1] [] [1 2]'), []);
  assert.deepEqual(cited(''), []);
});

test('brackets in code are no marks', () => {
  assert.deepEqual(cited('`a[1]` [2] ``b[1]` `` and `open [1]'), ['Two [2]', 'One [1]']);
  assert.deepEqual(cited('`open [1]\n\nnext ` [2]'), ['One [1]', 'Two [2]']);
  assert.deepEqual(cited('[1]\n```js\na[1]\n\nb[2]\n````\n[2]\n~~~\na[1]\n```\n'), ['One [1]', 'Two [2]']);
  assert.deepEqual(cited('```a[1]``` [2]'), ['Two [2]']);
});

test('odd texts take no longer than others', () => {
  const start = performance.now();
  for (const piece of ['`', '` ', '[1', '[1,', '```\n', '\n ', '[', '`a``b```c'])
    citations(piece.repeat(1_000_000 / piece.length), results);
  assert.ok(performance.now() - start < 5000);
});

test('sources, cited or not', () => {
  assert.deepEqual(listSources('See [2], [2] and [9].', results), [
    { index: 1, title: 'One', url: 'https://example.com/1', cited: false },
    { index: 2, title: 'Two', url: 'notes.md#two', cited: true },
  ]);
});

test('the tool is one that a request might have', () => {
  chatTool.parse(searchTool);
  assert.equal(searchTool.function.name, SEARCH_TOOL_NAME);
  assert.notEqual(SEARCH_TOOL_NAME as string, 'search');
});
