import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerPrinter } from './answer-printer.ts';

function streams(isTTY: boolean) {
  const written: [string, string][] = [];
  const sink = (name: string) => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      written.push([name, String(text)]);
      return true;
    },
  });
  return { written, printer: new AnswerPrinter(sink('out'), sink('error')) };
}

test('thinking and answer keep their streams, each ends its line', () => {
  const { written, printer } = streams(false);
  printer.reasoning('Hm.');
  printer.reasoning('');
  printer.content('Hel');
  printer.content('lo');
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
  const { written, printer } = streams(true);
  printer.reasoning('Hm.');
  printer.content('Done.\n');
  printer.end();
  printer.end();
  assert.deepEqual(
    written.map(([, text]) => text),
    ['\x1b[2mHm.\x1b[22m', '\n', 'Done.\n'],
  );
});
