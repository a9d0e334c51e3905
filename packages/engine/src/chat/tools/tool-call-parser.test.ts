import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnswerEvent } from '../chat-types.ts';
import { ToolCallParser } from './tool-call-parser.ts';
import { call, example, parse, parseAnyhow, type Said, tools } from './tool-call-test.ts';

const cases: [name: string, answer: string, said: Said][] = [
  // Calls and content
  ['nothing', '', []],
  ['content only, blanks kept', '\n Hi <b> \n\n', ['\n Hi <b> \n\n']],
  ['blanks only', ' \n', [' \n']],
  ['a call', call('f', { s: 'a', n: '3' }), [{ f: '{"s": "a", "n": 3}' }]],
  ['no arguments', call('ping'), [{ ping: '{}' }]],
  ['content before a call', `Let me\n\n${call('ping')}`, ['Let me', { ping: '{}' }]],
  ['content on the same line', `Let me ${call('ping')}`, ['Let me', { ping: '{}' }]],
  ['blanks before a call', `\n\n${call('ping')}`, [{ ping: '{}' }]],
  ['only blanks of ASCII go', `a\u00a0\n${call('ping')}`, ['a\u00a0', { ping: '{}' }]],
  ['parallel calls', `${call('ping')}\n${call('g', { x: '1.0' })}`, [{ ping: '{}' }, { g: '{"x": 1.0}' }]],
  ['calls on one line', call('ping') + call('ping'), [{ ping: '{}' }, { ping: '{}' }]],
  ['content between', `${call('ping')}\nThen\n${call('ping')}`, [{ ping: '{}' }, 'Then', { ping: '{}' }]],
  ['content around', `A\n\n${call('ping')}\nB\n`, ['A', { ping: '{}' }, '\nB\n']],
  ['text after the last call', `${call('ping')}\n\nDone.`, [{ ping: '{}' }, 'Done.']],
  ['blanks after the last call', `A\n\n${call('ping')} \n\n`, ['A', { ping: '{}' }]],
  [
    'all on one line',
    '<tool_call><function=f><parameter=s>a</parameter><parameter=n>1</parameter></function></tool_call>',
    [{ f: '{"s": "a", "n": 1}' }],
  ],
  ['an unknown function', call('no-such.tool/v2:é', { s: '5' }), [{ 'no-such.tool/v2:é': '{"s": "5"}' }]],
  ['a tool without a schema', call('bare', { a: '5', b: '{}' }), [{ bare: '{"a": "5", "b": "{}"}' }]],
  ['an unknown parameter', call('f', { s: 'a', zz: '5' }), [{ f: '{"s": "a", "zz": "5"}' }]],
  [
    'odd names',
    call('f', { 'a "b"': '1', 'é😀': '2', constructor: '3' }),
    [{ f: '{"a \\"b\\"": "1", "é😀": "2", "constructor": "3"}' }],
  ],
  [
    'a parameter given again',
    call('f', { s: 'a' }).replace('</function>', '<parameter=s>\nb\n</parameter>\n</function>'),
    [{ f: '{"s": "a"}' }],
  ],
  // Tags that are missing
  ['no opening tag', '<function=f>\n<parameter=s>\na\n</parameter>\n</function>\n</tool_call>', [{ f: '{"s": "a"}' }]],
  [
    'no tag around',
    'So:\n<function=f>\n<parameter=s>\na\n</parameter>\n</function>\nDone',
    ['So:', { f: '{"s": "a"}' }, '\nDone'],
  ],
  [
    'no tag around two',
    '<function=ping>\n</function>\n<function=ping></function> <function=ping></function>',
    [{ ping: '{}' }, { ping: '{}' }, { ping: '{}' }],
  ],
  ['alone, but unknown', 'a\n<function=what>\n</function>', ['a\n<function=what>\n</function>']],
  ['alone, but within a line', 'the <function=f> tag', ['the <function=f> tag']],
  [
    'no </parameter>',
    '<tool_call>\n<function=f>\n<parameter=s>\na\n<parameter=n>\n3\n</function>\n</tool_call>',
    [{ f: '{"s": "a", "n": 3}' }],
  ],
  [
    'no </parameter>, empty',
    '<tool_call>\n<function=f>\n<parameter=s>\n<parameter=n>\n3\n</function>\n</tool_call>',
    [{ f: '{"s": "", "n": 3}' }],
  ],
  [
    'no </function>',
    '<tool_call>\n<function=f>\n<parameter=s>\na\n</parameter>\n</tool_call>\nB',
    [{ f: '{"s": "a"}' }, 'B'],
  ],
  ['no </parameter> and </function>', '<tool_call>\n<function=f>\n<parameter=n>\n3\n</tool_call>', [{ f: '{"n": 3}' }]],
  [
    'no </tool_call>',
    `<tool_call>\n<function=f>\n<parameter=n>\n3\n</parameter>\n</function>\n${call('ping')}`,
    [{ f: '{"n": 3}' }, { ping: '{}' }],
  ],
  [
    'no closing tag but </parameter>',
    `<tool_call>\n<function=f>\n<parameter=n>\n3\n</parameter>\n${call('ping')}`,
    [{ f: '{"n": 3}' }, { ping: '{}' }],
  ],
  [
    'no </parameter> and </tool_call>',
    `<tool_call>\n<function=f>\n<parameter=n>\n3\n</function>\n${call('ping')}`,
    [{ f: '{"n": 3}' }, { ping: '{}' }],
  ],
  [
    'no </parameter>, calls without tags around',
    '<function=f>\n<parameter=n>\n3\n</function>\n<function=ping>\n</function>',
    [{ f: '{"n": 3}' }, { ping: '{}' }],
  ],
  [
    'no closing tag at all',
    '<tool_call>\n<function=f>\n<parameter=s>\na\n<parameter=n>\n3\n',
    [{ f: '{"s": "a", "n": 3}' }],
  ],
  [
    'calls that never close',
    `<tool_call>\n<function=ping>\n${call('ping')}\n<tool_call>\n<function=ping>`,
    [{ ping: '{}' }, { ping: '{}' }, { ping: '{}' }],
  ],
  [
    'a closing tag too much',
    '<tool_call>\n<function=f>\n</parameter>\n<parameter=s>\na\n</parameter>\n</function>\n</tool_call>',
    [{ f: '{"s": "a"}' }],
  ],
  ['</tool_call> too much', `${call('ping')}\n</tool_call>\nB</tool_call>`, [{ ping: '{}' }, 'B</tool_call>']],
  ['text in a call', 'A\n<tool_call>\n<function=f>\ncity=Paris', ['A', { f: '{}' }, '\ncity=Paris']],
  // What is not a call
  ['<tool_call> in text', 'Write <tool_call> or <tool_call>\nso.', ['Write <tool_call> or <tool_call>\nso.']],
  [
    '<tool_call> before a call',
    `<tool_call>\n<tool_call> ${call('ping')}`,
    ['<tool_call>\n<tool_call>', { ping: '{}' }],
  ],
  ['<tool_call> at the end', 'a \n<tool_call>\n', ['a \n<tool_call>\n']],
  ['a name that is none', '<tool_call>\n<function=a\nb>', ['<tool_call>\n<function=a\nb>']],
  ['other tags', 'a</tool_call>\n</function><parameter=s>', ['a</tool_call>\n</function><parameter=s>']],
  // Calls as JSON
  [
    'JSON',
    'A\n<tool_call>\n{"name": "f", "arguments": {"s":"a","n":1.0,"2":0}}\n</tool_call>\nB',
    ['A', { f: '{"s": "a", "n": 1.0, "2": 0}' }, '\nB'],
  ],
  ['JSON text in JSON', '<tool_call>{"arguments": "{\\"s\\": 1}", "name": "f"}</tool_call>', [{ f: '{"s": 1}' }]],
  ['JSON without arguments', '<tool_call>{"name": "ping"}</tool_call>', [{ ping: '{}' }]],
  ['a Python dict', "<tool_call>\n{'name': 'f', 'arguments': {'s': None}}\n</tool_call>", [{ f: '{"s": null}' }]],
  [
    'JSON with tags in it',
    '<tool_call>\n{"name": "f", "arguments": {"s": "<tool_call><function=f>"}}\n</tool_call>',
    [{ f: '{"s": "<tool_call><function=f>"}' }],
  ],
  ['JSON that does not close', '<tool_call>\n{"name": "ping"}\n', [{ ping: '{}' }]],
  [
    'JSON that the next call closes',
    `<tool_call>\n{"name": "ping"}\n${call('ping')}`,
    [{ ping: '{}' }, { ping: '{}' }],
  ],
  ['JSON of no call', 'a\n<tool_call>\n{"nam": 1}\n</tool_call>\nb', ['a\n<tool_call>\n{"nam": 1}\n</tool_call>\nb']],
  ['JSON cut', '<tool_call>\n{"name": "f", "argum', ['<tool_call>\n{"name": "f", "argum']],
  ['JSON that is none', `<tool_call>\n{x}\n${call('ping')}`, ['<tool_call>\n{x}', { ping: '{}' }]],
  // Cut at the longest length
  ['cut in a tag on its own line', '<tool_call>\n<function=f>\n<parameter=n>\n3\n</para', [{ f: '{"n": 3}' }]],
  ['cut in a tag within a line', '<tool_call>\n<function=f>\n<parameter=s>\na </para', [{ f: '{"s": "a </para"}' }]],
  [
    'cut before a value',
    '<tool_call>\n<function=f>\n<parameter=s>\na\n</parameter>\n<parameter=n>\n',
    [{ f: '{"s": "a"}' }],
  ],
  ['cut in an object', '<tool_call>\n<function=f>\n<parameter=o>\n{"a": [1', [{ f: '{"o": "{\\"a\\": [1"}' }]],
  ['cut after a value', '<tool_call>\n<function=f>\n<parameter=s>\na\n</parameter>', [{ f: '{"s": "a"}' }]],
  ['cut in </tool_call>', '<tool_call>\n<function=f>\n</function>\n</tool_', [{ f: '{}' }]],
];

for (const [name, answer, said] of cases) {
  test(`tool calls: ${name}, however the text is cut`, () => {
    assert.deepEqual(parseAnyhow(answer), said);
  });
}

test('every beginning of a call is a call or content, with arguments that are JSON', () => {
  const answers = [
    `Hi\n\n${call('f', { s: 'a "😀"\n</parameter> b', n: '12', o: '{"k": [true, "x"]}', u: 'None', t: '' })}\n${call('ping')}`,
    '<function=f>\n<parameter=s>\r\na\n<parameter=n>\n3\n</function>\n<tool_call>{"name": "g", "arguments": {"x": 1}}</tool_call>',
    call('f', { s: `See:\n${example}\nx` }),
  ];
  for (const answer of answers) {
    for (let end = 0; end <= answer.length; end++) {
      const start = answer.slice(0, end);
      const whole = parse([start]);
      assert.deepEqual(parse(start.split('')), whole, start);
      const calls = whole.filter((one) => typeof one !== 'string').length;
      assert.equal(calls > 0, /<function=f>/.test(start), start);
    }
  }
});

test('any mixture of tags and text says the same however it is cut', () => {
  const parts = [
    '<tool_call>',
    '</tool_call>',
    '<function=f>',
    '<function=no>',
    '</function>',
    '<parameter=s>',
    '</parameter>',
  ]
    .concat([
      '<parameter=n>',
      '<parameter=zz>',
      '\n',
      '\n',
      '\n',
      '\r\n',
      ' ',
      'a',
      '7',
      '{"name": "f"}',
      '<',
      '😀',
      '\u00a0',
    ])
    .concat([
      example,
      '<tool_call>\n<function=f>\n<parameter=s>\n',
      '\n</parameter>\n',
      '\n</parameter>\n</function>\n</tool_call>',
    ]);
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed;
  };
  for (let round = 0; round < 300; round++) {
    const count = 1 + (random() % 12);
    parseAnyhow(Array.from({ length: count }, () => parts[random() % parts.length]).join(''));
  }
});

test('strings stream as they come, a tail that may end them excepted', () => {
  const parser = new ToolCallParser(tools, () => 'id');
  const steps: [piece: string, events: AnswerEvent[]][] = [
    ['Hi', [{ type: 'content', text: 'Hi' }]],
    ['\n\n', []],
    ['<tool_call>', []],
    ['\n<function=f', []],
    ['>', [{ type: 'tool-call-start', index: 0, id: 'id', name: 'f' }]],
    ['\n<parameter=s>\n', []],
    ['"a', [{ type: 'tool-call-arguments', index: 0, text: '{"s": "\\"a' }]],
    ['\n', []],
    ['b\ud83d', [{ type: 'tool-call-arguments', index: 0, text: '\\nb' }]],
    ['\ude00 <', [{ type: 'tool-call-arguments', index: 0, text: '😀 ' }]],
    ['/p', []],
    ['>', [{ type: 'tool-call-arguments', index: 0, text: '</p>' }]],
    ['\n</parameter>\n', []],
    ['<parameter=n>', [{ type: 'tool-call-arguments', index: 0, text: '"' }]],
    ['\n12', []],
    ['\n</parameter>\n', []],
    [
      '</function>',
      [
        { type: 'tool-call-arguments', index: 0, text: ', "n": 12}' },
        {
          type: 'tool-call-end',
          index: 0,
          call: { id: 'id', name: 'f', arguments: '{"s": "\\"a\\nb😀 </p>", "n": 12}' },
        },
      ],
    ],
    ['\n</tool_call>\n', []],
  ];
  for (const [piece, events] of steps) assert.deepEqual(parser.push(piece), events, piece);
  assert.deepEqual(parser.end(), []);
});

test('ids are random unless they are given', () => {
  const parser = new ToolCallParser([]);
  const events = parser.push(call('a').repeat(50));
  const ids = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []));
  assert.equal(new Set(ids).size, 50);
  for (const id of ids) assert.match(id, /^call_[a-z2-7]{24}$/);
});

const long: [name: string, answer: string][] = [
  ['a string', call('f', { s: 'x'.repeat(100_000) })],
  ['a string of tags', call('f', { s: '</parameter>\n'.repeat(8_000) })],
  ['a string of calls', call('f', { s: example.repeat(1_200) })],
  ['an object', call('f', { o: `{"k": "${'x'.repeat(100_000)}"}` })],
  ['line breaks in a string', call('f', { s: '\n'.repeat(100_000) })],
  ['line breaks after a tag', call('f').replace('</function>', `</function>${'\n'.repeat(100_000)}`)],
  ['line breaks in content', `a${'\n'.repeat(100_000)}${call('ping')}`],
  ['openings', '<'.repeat(100_000)],
  ['unfinished names', '<function='.repeat(10_000)],
  ['JSON of no call', `<tool_call>{${'x'.repeat(100_000)}`],
];

for (const [name, answer] of long) {
  test(`work is linear in the text: ${name}`, () => {
    const start = performance.now();
    parse(answer.split(''));
    // A tenth of that is usual; work that is not linear takes many times more.
    assert.ok(performance.now() - start < 2_000);
  });
}
