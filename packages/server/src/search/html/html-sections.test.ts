import assert from 'node:assert/strict';
import { test } from 'node:test';
import { htmlSections } from './html-sections.ts';

const text = (html: string): string =>
  htmlSections(html)
    .map((section) => section.text)
    .join('|');

test('sections by headings, under the title before the first', () => {
  const html =
    '<!doctype html><head><title>The\n page</title><style>p { color: red }</style></head><body><p>Intro.</p>' +
    '<h1 class="a>b">One <em>more</em></h1><p>First.</p><h2>Two</h2>Second<h3></h3><title>late</title>';
  assert.deepEqual(htmlSections(html), [
    { heading: 'The page', isTitle: true, text: 'Intro.' },
    { heading: 'One more', isTitle: false, text: 'First.' },
    { heading: 'Two', isTitle: false, text: 'Second' },
  ]);
});

test('blocks are apart, words in a line are not', () => {
  assert.equal(
    text('<p>a <b>b</b>c\n  d<p>e<br>f<ul><li>g</li><li>h</ul><div>i</div>j'),
    'a bc d\n\ne\nf\n\n- g\n- h\n\ni\n\nj',
  );
  assert.equal(text('<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>'), 'a b\nc');
  assert.equal(text('<pre>a\n    b  c\n</pre>'), 'a\n    b  c');
});

test('what is no text: scripts, styles, comments, templates, declarations', () => {
  assert.equal(
    text('a<script>if (1 < 2) "</p>"</script>b<SCRIPT src=x></SCRIPT >c<!-- <p>x --> d<?php x ?>e'),
    'abc de',
  );
  assert.equal(text('<template><p>x</p></template>a<svg><title>x</title></svg>b<svg/>c<noscript>x</noscript>'), 'abc');
});

test('character references', () => {
  assert.equal(
    text('&lt;p&gt; &amp;amp; &#65;&#x1F600; caf&eacute; &Eacute;&mdash;&hellip;'),
    '<p> &amp; A😀 café É—…',
  );
  assert.equal(text('AT&T &unknown; &lt &#0;&#xD800;&#9999999;&#150;'), 'AT&T &unknown; &lt \ufffd\ufffd\ufffd–');
  assert.equal(text('&aacute;&yuml;&ensp;&szlig;&apos;&OElig;'), "áÿ ß'Œ");
});

test('pages that are broken', () => {
  assert.equal(text('a < b <3 <'), 'a < b <3 <');
  assert.equal(text('a<p title="x>y" class=\'b>c\'>b<p x"=1>c'), 'a\n\nb\n\nc');
  assert.equal(text('a<!-- never ends'), 'a');
  assert.equal(text('a<script>never ends'), 'a');
  assert.equal(text('a<p never ends'), 'a');
  assert.equal(text('<h1>never ends<p>text'), 'text');
  assert.deepEqual(htmlSections(''), []);
  assert.equal(text('</p></h1></pre>a</>b'), 'a\n\nb'.replace('\n\n', ''));
});

test('odd pages take no longer than others', () => {
  const start = performance.now();
  const pieces =
    '<|<a |<!--|<script>|<a "|<a b="|<a b=\'>|&|&#|<h1>|<title>|<pre> |</|<!|\n| \n|<p>|<svg>|<svg/>|<a b= |a'.split(
      '|',
    );
  for (const piece of pieces) htmlSections(piece.repeat(1_000_000 / piece.length));
  assert.ok(performance.now() - start < 5000);
});
