import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ToolCallTokens, trailingBlankLength } from './tool-call-tokens.ts';

/** Tags as `[kind name]`, text as it is, neighbouring text joined. */
function tokens(pieces: readonly string[]): string[] {
  const reader = new ToolCallTokens();
  const found = pieces.flatMap((piece) => reader.push(piece));
  const shown: string[] = [];
  let text = '';
  for (const { kind, raw, name } of [...found, { kind: 'text', raw: reader.end(), name: '' }]) {
    if (kind === 'text') {
      text += raw;
      continue;
    }
    if (text !== '') shown.push(text);
    shown.push(`[${kind} ${name}]`.replace(' ]', ']'));
    text = '';
  }
  return text === '' ? shown : [...shown, text];
}

const cases: [text: string, shown: string[]][] = [
  [
    '<tool_call>\n<function=f>x</function></tool_call>',
    ['[tool_call]', '\n', '[function f]', 'x', '[/function]', '[/tool_call]'],
  ],
  ['<parameter=a b.c-é>1</parameter>', ['[parameter a b.c-é]', '1', '[/parameter]']],
  ['a < b <= c <<tool_call>', ['a < b <= c <', '[tool_call]']],
  ['<function=>', ['<function=>']],
  ['<function=a\n>', ['<function=a\n>']],
  ['<function=a<tool_call>', ['<function=a', '[tool_call]']],
  ['<Function=a></ function><tool_calls>', ['<Function=a></ function><tool_calls>']],
  [`<function=${'x'.repeat(257)}>`, [`<function=${'x'.repeat(257)}>`]],
  [`<function=${'x'.repeat(256)}>`, [`[function ${'x'.repeat(256)}]`]],
  ['😀<parameter=😀>😀', ['😀', '[parameter 😀]', '😀']],
  ['<tool_cal', ['<tool_cal']],
  ['', []],
];

for (const [text, shown] of cases) {
  test(`tags and text, however it is cut: ${text.slice(0, 40)}`, () => {
    assert.deepEqual(tokens([text]), shown);
    assert.deepEqual(tokens(text.split('')), shown);
    for (let cut = 0; cut <= text.length; cut++) {
      assert.deepEqual(tokens([text.slice(0, cut), text.slice(cut)]), shown, `cut at ${cut}`);
    }
  });
}

test('no more than a tag and half a character is held back', () => {
  const reader = new ToolCallTokens();
  const push = (text: string): string =>
    reader
      .push(text)
      .map(({ raw }) => raw)
      .join('');
  assert.equal(push('a<'), 'a');
  assert.equal(push('b'), '<b');
  assert.equal(push('x\ud83d'), 'x');
  assert.equal(push('\ude00'), '😀');
  assert.equal(push(`<function=${'x'.repeat(256)}`), '');
  assert.equal(push('x'), `<function=${'x'.repeat(257)}`);
});

test('white space at the end', () => {
  assert.equal(trailingBlankLength('a b \n\t'), 3);
  assert.equal(trailingBlankLength(' \n'), 2);
  assert.equal(trailingBlankLength('a\u00a0'), 0);
});
