import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { findChromium } from './find-chromium.ts';

const PATH = ['one', 'two'].join(delimiter);

test('the search path is searched for every name, and CHROMIUM goes before it', () => {
  const there = [join('two', 'chromium'), join('one', 'google-chrome'), 'mine'];
  const runs = (path: string) => there.includes(path);
  assert.equal(findChromium({ PATH }, runs), join('two', 'chromium'));
  assert.equal(findChromium({ PATH, CHROMIUM: 'mine' }, runs), 'mine');
  assert.throws(() => findChromium({ PATH, CHROMIUM: 'other' }, runs), /CHROMIUM is "other"/);
});

test('where there is none, the error says how to get one', () => {
  assert.throws(() => findChromium({}, () => false), /apt install chromium/);
});
