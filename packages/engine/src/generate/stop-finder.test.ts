import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StopFinder } from './stop-finder.ts';

function run(pieces: readonly string[], stops: readonly string[]): [text: string, found: string | null] {
  const finder = new StopFinder(stops);
  const text = pieces.map((piece) => finder.push(piece)).join('') + finder.end();
  return [text, finder.found];
}

const cases: [text: string, stops: string[], expected: string, found: string | null][] = [
  ['one two three', [], 'one two three', null],
  ['one two three', ['two'], 'one ', 'two'],
  ['aaab', ['aab'], 'a', 'aab'],
  ['ababac', ['abac'], 'ab', 'abac'],
  ['abc', ['ab', 'abc'], '', 'ab'],
  ['abcd', ['abcd', 'bc'], 'a', 'bc'],
  ['xyz', ['yz', 'xyz', 'z'], '', 'xyz'],
  ['almost sto', ['stop'], 'almost sto', null],
  ['\n\n', ['\n\n'], '', '\n\n'],
  ['stop here stop', ['stop'], '', 'stop'],
  ['日本語', ['語'], '日本', '語'],
];

for (const [text, stops, expected, found] of cases)
  test(`${JSON.stringify(text)} stops at ${JSON.stringify(stops)}, however it is cut`, () => {
    assert.deepEqual(run([text], stops), [expected, found]);
    assert.deepEqual(run([...text], stops), [expected, found]);
    for (let cut = 0; cut <= text.length; cut++)
      assert.deepEqual(run([text.slice(0, cut), text.slice(cut)], stops), [expected, found], `cut at ${cut}`);
  });

test('what cannot begin a stop is not held back', () => {
  const finder = new StopFinder(['stop']);
  assert.equal(finder.push('abc s'), 'abc ');
  assert.equal(finder.push('o'), 'so');
  assert.equal(finder.push('st'), '');
  assert.equal(finder.end(), 'st');
});
