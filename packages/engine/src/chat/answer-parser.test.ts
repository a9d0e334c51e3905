import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerParser, type AnswerParserOptions } from './answer-parser.ts';
import { ThinkingLimit } from './thinking-limit.ts';

const tools = [{ type: 'function', function: { name: 'f', parameters: { properties: { x: { type: 'string' } } } } }];
const call = '<tool_call>\n<function=f>\n<parameter=x>\n1 stop\n</parameter>\n</function>\n</tool_call>';

function parse(pieces: readonly string[], options: Partial<AnswerParserOptions>) {
  const parser = new AnswerParser({ startsInThinking: true, stop: [], tools: [], ...options });
  const answer = { reasoning: '', content: '', calls: [] as string[] };
  for (const event of [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()]) {
    if (event.type === 'reasoning') answer.reasoning += event.text;
    if (event.type === 'content') answer.content += event.text;
    if (event.type === 'tool-call-end') answer.calls.push(`${event.call.name}${event.call.arguments}`);
  }
  return { ...answer, stopped: parser.stopped };
}

type Case = [name: string, text: string, options: Partial<AnswerParserOptions>, expected: ReturnType<typeof parse>];
const cases: Case[] = [
  ['thinking, content', 'Hm\n</think>\n\nHi.', {}, { reasoning: 'Hm', content: 'Hi.', calls: [], stopped: null }],
  [
    'thinking, content, a call',
    `Hm\n</think>\n\nLet me.\n\n${call}`,
    { tools },
    { reasoning: 'Hm', content: 'Let me.', calls: ['f{"x": "1 stop"}'], stopped: null },
  ],
  [
    'a call inside the thinking',
    `Hm\n${call}`,
    { tools },
    { reasoning: 'Hm', content: '', calls: ['f{"x": "1 stop"}'], stopped: null },
  ],
  [
    'no tools, no calls',
    `x\n\n${call}`,
    { startsInThinking: false },
    { reasoning: '', content: `x\n\n${call}`, calls: [], stopped: null },
  ],
  [
    'a stop counts in the content, not in the thinking',
    'stop it\n</think>\n\nGo stop go',
    { stop: ['stop'] },
    { reasoning: 'stop it', content: 'Go ', calls: [], stopped: 'stop' },
  ],
];

for (const [name, text, options, expected] of cases)
  test(`${name}, however the text is cut`, () => {
    assert.deepEqual(parse([text], options), expected);
    assert.deepEqual(parse([...text], options), expected);
    for (let cut = 0; cut <= text.length; cut++)
      assert.deepEqual(parse([text.slice(0, cut), text.slice(cut)], options), expected, `cut at ${cut}`);
  });

test('after as many calls as are wanted the answer ends, whatever follows', () => {
  const text = `a\n\n${call}\n${call}\nb`;
  for (const pieces of [[text], [...text]]) {
    const { content, calls, stopped } = parse(pieces, { tools, startsInThinking: false, maxToolCalls: 1 });
    assert.deepEqual([content, calls.length, stopped], ['a', 1, '</tool_call>']);
  }
});

test('it knows whether the thinking goes on', () => {
  const parser = new AnswerParser({ startsInThinking: true, stop: [], tools: [] });
  assert.equal(parser.inReasoning, true);
  parser.push('a</thi');
  assert.equal(parser.inReasoning, true);
  parser.push('nk>');
  assert.equal(parser.inReasoning, false);
  assert.equal(new AnswerParser({ startsInThinking: false, stop: [], tools: [] }).inReasoning, false);
});

test('a thought that reaches its limit is closed token by token, once', () => {
  const limit = new ThinkingLimit(2, [10, 11, 12]);
  const forced: (number | null)[] = [];
  for (const inReasoning of [true, true, true, true, false, false]) {
    forced.push(limit.force(inReasoning));
    if (inReasoning) limit.count();
  }
  assert.deepEqual(forced, [null, null, 10, 11, 12, null]);
  const closedByItself = new ThinkingLimit(1, [10]);
  closedByItself.count();
  assert.equal(closedByItself.force(false), null);
  assert.equal(new ThinkingLimit(0, [10]).force(true), 10);
});
