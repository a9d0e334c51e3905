import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfWord, type PreTokenizer, preTokenizerOfPattern } from './pre-tokenizer.ts';

function words(text: string, rule: PreTokenizer): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOfWord(text, start, rule);
    assert.ok(end > start);
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

// Letters of every kind that contractions are made of, marks, digits, spaces, line ends, symbols, both planes.
const alphabet = [
  ...`'sStTrReEvVmMlLdDſabÅé़ִ́0９²½Ⅷ \t\n\r\v\u0085\u00a0\u2028\u3000\ufeff\u180e\u200d.,!"<|>😀𝒜𞤀👍🏽中\u0000`,
];

for (const [pattern, rule] of preTokenizerOfPattern) {
  test(`words equal those of the regular expression ${pattern.slice(30, 70)}...`, () => {
    // Rust's white space, spelled for JavaScript.
    const source = pattern
      .replaceAll('\\S', '\\P{White_Space}')
      .replace(/\[\^\\s/g, '[^\\p{White_Space}')
      .replaceAll('\\s', '\\p{White_Space}');
    const regex = new RegExp(source, 'gu');
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + random(9) }, () => alphabet[random(alphabet.length)]).join('');
      assert.deepEqual(words(text, rule), text.match(regex), JSON.stringify(text));
    }
  });
}

test('long runs take one pass', () => {
  const rule = { marksAreLetters: true };
  const million = 1_000_000;
  for (const run of [' '.repeat(million), 'a'.repeat(million), '='.repeat(million), '\n'.repeat(million)]) {
    assert.deepEqual(
      words(run, rule).map((word) => word.length),
      [million],
    );
  }
  assert.deepEqual(
    words(`${' '.repeat(million)}x`, rule).map((word) => word.length),
    [million - 1, 2],
  );
});
