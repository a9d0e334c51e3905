import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdownSections } from './markdown-sections.ts';

const headings = (markdown: string): string[] => markdownSections(markdown).map(({ heading }) => heading);

test('headings of both kinds, in plain text', () => {
  const text = '# One #\na\n\nTwo\n===\nb\n\nThree\n---\n\n###### [Four](x.md) and `f()` **bold** \n####### no\n#no\n';
  assert.deepEqual(headings(text), ['One', 'Two', 'Three', 'Four and f() bold']);
  assert.equal(markdownSections(text).at(-1)?.text, '####### no\n#no');
});

test('lines that only look like headings', () => {
  assert.deepEqual(headings('```sh\n# comment\n```\n~~~~\n# x\n~~~\n# y\n~~~~\n    # code'), ['']);
  assert.deepEqual(headings('a\nb\n---\n\n---\n\n- item\n---\n\n| a |\n|---|'), ['']);
});

test('front matter is no text, its title heads what comes first', () => {
  const [first, second] = markdownSections("---\ntags: [a]\ntitle: 'On it'\n---\n\ntext\n\n# H\n");
  assert.deepEqual(first, { heading: 'On it', isTitle: true, text: 'text' });
  assert.deepEqual(second, { heading: 'H', isTitle: false, text: '' });
  assert.deepEqual(markdownSections('---\na: b\n...\ntext'), [{ heading: '', isTitle: true, text: 'text' }]);
  assert.deepEqual(markdownSections('---\nno end'), [{ heading: '', isTitle: true, text: '---\nno end' }]);
});

test('ends of lines of all systems, and nothing at all', () => {
  assert.deepEqual(headings('# a\r\nx\r# b\rx'), ['a', 'b']);
  assert.deepEqual(markdownSections(''), []);
});

test('odd files take no longer than others', () => {
  const start = performance.now();
  for (const piece of ['#', '`', '[', '**', '![](', '# [a](', '=', '- ', '# '.repeat(200), '**a', '\n-\n'])
    markdownSections(`# ${piece.repeat(1_000_000 / piece.length)}`);
  assert.ok(performance.now() - start < 5000);
});
