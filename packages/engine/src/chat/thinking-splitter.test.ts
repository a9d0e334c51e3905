import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SplitText, startsInThinking, ThinkingSplitter } from './thinking-splitter.ts';

function split(pieces: readonly string[], thinking: boolean): SplitText {
  const splitter = new ThinkingSplitter({ startsInThinking: thinking });
  const parts = [...pieces.map((piece) => splitter.push(piece)), splitter.end()];
  return {
    reasoning: parts.map((part) => part.reasoning).join(''),
    content: parts.map((part) => part.content).join(''),
  };
}

const cases: [name: string, text: string, reasoning: string, content: string][] = [
  ['the usual shape', '\nWhy?\n</think>\n\nBecause.', 'Why?', 'Because.'],
  ['one newline goes at each end, two after the tag', '\n\nx\n\n</think>\n\n\n\ny', '\nx\n', '\n\ny'],
  ['nothing thought', '\n</think>\n\nHi', '', 'Hi'],
  ['nothing but newlines', '\n\n</think>Hi', '', 'Hi'],
  ['never closed', 'on and on\n', 'on and on', ''],
  ['never closed, ends in half a tag', 'on </thin', 'on </thin', ''],
  ['a second tag is content', 'a</think>b</think>c', 'a', 'b</think>c'],
  ['tags that only look like it', 'a <think>b</thinking>c', 'a <think>b</thinking>c', ''],
  ['a call ends the reasoning', 'hm\n<tool_call>\n<function=f>', 'hm', '<tool_call>\n<function=f>'],
  ['a call after the tag', 'hm</think>\n<tool_call>', 'hm', '<tool_call>'],
  ['empty', '', '', ''],
];

for (const [name, text, reasoning, content] of cases) {
  test(`reasoning and content: ${name}, however the text is cut`, () => {
    assert.deepEqual(split([text], true), { reasoning, content });
    assert.deepEqual(split([...text], true), { reasoning, content });
    for (let cut = 0; cut <= text.length; cut++) {
      assert.deepEqual(split([text.slice(0, cut), text.slice(cut)], true), { reasoning, content }, `cut at ${cut}`);
    }
  });
}

test('an answer that does not start in thinking is all content', () => {
  assert.deepEqual(split(['\n<think>a', '</think>\n\nb'], false), {
    reasoning: '',
    content: '\n<think>a</think>\n\nb',
  });
});

test('text that cannot be part of a tag is not held back', () => {
  const splitter = new ThinkingSplitter({ startsInThinking: true });
  assert.deepEqual(splitter.push('abc'), { reasoning: 'abc', content: '' });
  assert.deepEqual(splitter.push(' <'), { reasoning: ' ', content: '' });
  assert.deepEqual(splitter.push('b'), { reasoning: '<b', content: '' });
});

test('a prompt starts in thinking when its last think block is open', () => {
  assert.equal(startsInThinking('<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n<think>\n'), true);
  assert.equal(startsInThinking('<|im_start|>assistant\n<think>\n\n</think>\n\n'), false);
  assert.equal(startsInThinking('<|im_start|>user\n<think><|im_end|>\n<|im_start|>assistant\n'), false);
  assert.equal(startsInThinking('plain'), false);
});
