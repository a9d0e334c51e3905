import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ProgressBar } from './progress-bar.ts';

function bar(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { written, bar: new ProgressBar('loading', { isTTY, write }) };
}

test('is drawn on a terminal once work takes long, and taken away', () => {
  const clock = mock.method(performance, 'now', () => 0);
  const slow = bar(true);
  slow.bar.update(1e6, 4e6);
  assert.deepEqual(slow.written, []);
  clock.mock.mockImplementation(() => 1000);
  slow.bar.update(1e6, 4e6);
  slow.bar.update(1.1e6, 4e6);
  slow.bar.clear();
  clock.mock.restore();
  assert.deepEqual(slow.written, [`\r\x1b[Kloading ${'█'.repeat(6)}${'░'.repeat(18)} 25 % of 4 MB`, '\r\x1b[K']);
});

test('is never drawn elsewhere', () => {
  const { written, bar: quiet } = bar(false);
  const clock = mock.method(performance, 'now', () => 1e6);
  quiet.update(1, 2);
  clock.mock.restore();
  quiet.clear();
  assert.deepEqual(written, []);
});
