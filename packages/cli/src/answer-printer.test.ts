import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AnswerPrinter } from './answer-printer.ts';
import type { SourceEvent } from './chat-source.ts';

function streams(isTTY: boolean, plain = false) {
  const written: [string, string][] = [];
  const sink = (name: string) => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      written.push([name, String(text)]);
      return true;
    },
  });
  const printer = new AnswerPrinter({ out: sink('out'), error: sink('error'), plain });
  const show = (type: 'reasoning' | 'content', text: string) => printer.show({ type, text });
  return { written, texts: () => written.map(([, text]) => text), printer, show };
}

const noColor = process.env.NO_COLOR;
delete process.env.NO_COLOR;
afterEach(() => {
  delete process.env.NO_COLOR;
  if (noColor !== undefined) process.env.NO_COLOR = noColor;
});

test('thinking and answer keep their streams, each ends its line', () => {
  const { written, printer, show } = streams(false);
  show('reasoning', 'Hm.');
  show('reasoning', '');
  show('content', 'Hel');
  show('content', 'lo');
  printer.end();
  assert.deepEqual(written, [
    ['error', 'Hm.'],
    ['error', '\n'],
    ['out', 'Hel'],
    ['out', 'lo'],
    ['out', '\n'],
  ]);
});

test('on a terminal thinking is dim; a line that is ended is not ended again', () => {
  delete process.env.NO_COLOR;
  const { texts, printer, show } = streams(true);
  show('reasoning', 'Hm.');
  show('content', 'Done.\n');
  printer.end();
  printer.end();
  assert.deepEqual(texts(), ['\x1b[2mHm.\x1b[22m', '\n', 'Done.\n']);
});

test('nothing is dimmed where NO_COLOR is set, nor by a plain printer', () => {
  delete process.env.NO_COLOR;
  const plain = streams(true, true);
  plain.show('reasoning', 'Hm.');
  assert.deepEqual(plain.texts(), ['Hm.']);
  process.env.NO_COLOR = '1';
  const colourless = streams(true);
  colourless.show('reasoning', 'Hm.');
  assert.deepEqual(colourless.texts(), ['Hm.']);
  process.env.NO_COLOR = '';
  const empty = streams(true);
  empty.show('reasoning', 'Hm.');
  assert.deepEqual(empty.texts(), ['\x1b[2mHm.\x1b[22m']);
});

test('a model cannot drive the terminal; elsewhere its text is left alone', () => {
  const evil = 'a\x1b[2J\x07b\x00\tc\x9b1A\r\nd\x7f';
  const terminal = streams(true);
  terminal.show('content', evil);
  terminal.show('content', '\x1b');
  assert.deepEqual(terminal.texts(), ['a[2Jb\tc1A\nd']);
  const file = streams(false);
  file.show('content', evil);
  assert.deepEqual(file.texts(), [evil]);
});

test('calls of tools are printed whole, with their numbers as they are', () => {
  const { written, printer, show } = streams(false);
  const call = { id: 'call_1', name: 'pay', arguments: '{"sum":12345678901234567890.10,"to":["Ann"]}' };
  show('content', 'I pay.');
  const events: SourceEvent[] = [
    { type: 'tool-call-start', index: 0, id: 'call_1', name: 'pay' },
    { type: 'tool-call-arguments', index: 0, text: call.arguments },
    { type: 'tool-call-end', index: 0, call },
  ];
  for (const event of events) printer.show(event);
  printer.end();
  assert.equal(
    written.map(([stream, text]) => (stream === 'out' ? text : `${stream}!`)).join(''),
    'I pay.\npay {\n  "sum": 12345678901234567890.10,\n  "to": [\n    "Ann"\n  ]\n}\n',
  );
});
