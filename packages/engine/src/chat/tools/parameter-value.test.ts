import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, example, json, parseAnyhow, type Said } from './tool-call-test.ts';

const cases: [name: string, answer: string, said: Said][] = [
  ['an empty value', call('f', { s: '', t: '' }), [{ f: '{"s": "", "t": ""}' }]],
  [
    'an empty value with one line break',
    '<tool_call>\n<function=f>\n<parameter=s>\n</parameter>\n<parameter=t>\nb\n</parameter>\n</function>\n</tool_call>',
    [{ f: '{"s": "", "t": "b"}' }],
  ],
  ['a value of line breaks', call('f', { s: '\n', t: '\n\n' }), [{ f: '{"s": "\\n", "t": "\\n\\n"}' }]],
  ['line breaks around', call('f', { s: '\n a \n' }), [{ f: '{"s": "\\n a \\n"}' }]],
  ['escapes', call('f', { s: '"\\\t\u0001é😀' }), [{ f: '{"s": "\\"\\\\\\t\\u0001é😀"}' }]],
  [
    'CRLF',
    call('f', { s: 'a\nb', n: '3', o: '{"k":\n1}' }).replaceAll('\n', '\r\n'),
    [{ f: '{"s": "a\\r\\nb", "n": 3, "o": {"k": 1}}' }],
  ],
  ['a carriage return is kept', call('f', { s: '\ra\r', t: '\r' }), [{ f: '{"s": "\\ra\\r", "t": "\\r"}' }]],
  [
    'a carriage return that is no line break',
    '<tool_call>\r\n<function=f>\r\n<parameter=s>\r\na\r</parameter>\r\n</function>\r\n</tool_call>',
    [{ f: '{"s": "a\\r"}' }],
  ],
  [
    'null or a string',
    call('f', { u: 'null' }) + call('f', { u: 'None' }) + call('f', { u: 'nulls' }) + call('f', { u: '' }),
    [{ f: '{"u": null}' }, { f: '{"u": null}' }, { f: '{"u": "nulls"}' }, { f: '{"u": ""}' }],
  ],
  ['an object', call('f', { o: '{"b":[1.0,"é"],\n"a":{}}' }), [{ f: '{"o": {"b": [1.0, "é"], "a": {}}}' }]],
  ['a Python literal', call('f', { o: "{'a': True, 'b': (1, None)}" }), [{ f: '{"o": {"a": true, "b": [1, null]}}' }]],
  ['no object', call('f', { o: 'x', n: 'y' }), [{ f: '{"o": "x", "n": "y"}' }]],
  // Values that look like tags
  [
    'a closing tag in text',
    call('f', { s: 'a </parameter> b\n</parameter>\nc' }),
    [{ f: json({ s: 'a </parameter> b\n</parameter>\nc' }) }],
  ],
  [
    'closing tags in a row',
    call('f', { s: '</parameter>\n</parameter>' }),
    [{ f: json({ s: '</parameter>\n</parameter>' }) }],
  ],
  [
    'tags in a line',
    call('f', { s: 'a <parameter=t> <function=g> </function></tool_call> <tool_call>' }),
    [{ f: json({ s: 'a <parameter=t> <function=g> </function></tool_call> <tool_call>' }) }],
  ],
  [
    'a call in a line',
    call('f', { s: `return '${example.replaceAll('\n', '')}';`, t: 'b' }),
    [{ f: json({ s: `return '${example.replaceAll('\n', '')}';`, t: 'b' }) }],
  ],
  [
    'no line break before </parameter>',
    '<tool_call>\n<function=f>\n<parameter=s>\na</parameter>\n<parameter=n>\n3</parameter>\n</function>\n</tool_call>',
    [{ f: '{"s": "a", "n": 3}' }],
  ],
  [
    'tags on lines',
    call('f', {
      s: '<parameter=q>\n</function><function=f>\n</function>\nx\n</tool_call>\ny\n<tool_call>\n<function=g>z',
    }),
    [
      {
        f: json({
          s: '<parameter=q>\n</function><function=f>\n</function>\nx\n</tool_call>\ny\n<tool_call>\n<function=g>z',
        }),
      },
    ],
  ],
  [
    'an unknown parameter as the value',
    call('f', { s: '</parameter>\n<parameter=y>', t: 'b' }),
    [{ f: json({ s: '</parameter>\n<parameter=y>', t: 'b' }) }],
  ],
  [
    'code about tools',
    call('f', { s: `See:\n${example}\nor\n${example}\n${example}`, t: 'b' }),
    [{ f: json({ s: `See:\n${example}\nor\n${example}\n${example}`, t: 'b' }) }],
  ],
  [
    'code about tools, then another call',
    `${call('f', { s: `See:\n${example}\nor <tool_call>\n<function=g>` })}\n${call('ping')}`,
    [{ f: json({ s: `See:\n${example}\nor <tool_call>\n<function=g>` }) }, { ping: '{}' }],
  ],
  [
    'code about odd calls, then another call',
    `${call('f', { s: '<tool_call>\n<function=g>\nx\n</tool_call>' })}\n${call('ping')}`,
    [{ f: json({ s: '<tool_call>\n<function=g>\nx\n</tool_call>' }) }, { ping: '{}' }],
  ],
  [
    'code about functions that are no tools',
    call('f', { s: 'x\n</function>\n<function=no>\n</tool_call>\n<function=no>' }),
    [{ f: json({ s: 'x\n</function>\n<function=no>\n</tool_call>\n<function=no>' }) }],
  ],
  [
    'code that begins a call',
    `${call('f', { s: '<tool_call>\n<function=g>\n', t: '<tool_call>\n<function=f>' })}\n`,
    [{ f: json({ s: '<tool_call>\n<function=g>\n', t: '<tool_call>\n<function=f>' }) }],
  ],
  [
    'code that closes a call',
    call('f', { s: 'x\n</function>\n</tool_calls>' }),
    [{ f: json({ s: 'x\n</function>\n</tool_calls>' }) }],
  ],
  [
    'tags in JSON',
    call('f', { o: '{"k": "</parameter>\\n<parameter=s>"}' }),
    [{ f: '{"o": {"k": "</parameter>\\n<parameter=s>"}}' }],
  ],
];

for (const [name, answer, said] of cases) {
  test(`values of parameters: ${name}, however the text is cut`, () => {
    assert.deepEqual(parseAnyhow(answer), said);
  });
}
