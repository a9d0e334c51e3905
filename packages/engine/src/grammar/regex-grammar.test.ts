import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { accepts, after, randomText, seeded, shortestEnd, testTokenizer } from './grammar-test.ts';
import { regexGrammar } from './regex-grammar.ts';

const random = seeded(7);
const below = (count: number): number => Math.floor(random() * count);
const pick = (items: readonly string[]): string => items[below(items.length)]!;

const ATOMS = [
  'a',
  'b',
  'é',
  '😀',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '[a-c0-9]',
  '\\s',
  '\\n',
  '[^]',
  '\\u{1F600}',
  '\\.',
];

function randomRegex(depth: number): string {
  const kind = depth === 0 ? 0 : below(6);
  if (kind === 1) return `${randomRegex(depth - 1)}|${randomRegex(depth - 1)}`;
  if (kind === 2) return `(?:${randomRegex(depth - 1)})${pick(['*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'])}`;
  if (kind >= 3) return randomRegex(depth - 1) + randomRegex(depth - 1);
  return pick(ATOMS) + pick(['', '', '', '*', '?', '{1,2}']);
}

function randomString(): string {
  return Array.from({ length: below(6) }, () => pick(['a', 'b', 'c', 'é', '😀', '1', ' ', '\n', '.', '_', '~'])).join(
    '',
  );
}

test('random expressions match what JavaScript matches, and no beginning of a match is refused', () => {
  let matches = 0;
  for (let i = 0; i < 400; i++) {
    const pattern = randomRegex(3);
    const oracle = new RegExp(`^(?:${pattern})$`, 'u');
    const grammar = regexGrammar(pattern);
    for (let j = 0; j < 60; j++) {
      const text = randomString();
      const isMatch = oracle.test(text);
      assert.equal(accepts(grammar, text), isMatch, `/${pattern}/ and ${JSON.stringify(text)}`);
      if (!isMatch) continue;
      matches++;
      for (let end = 0; end <= text.length; end++) {
        const prefix = text.slice(0, end);
        if (prefix.isWellFormed()) assert.ok(after(grammar, prefix), `/${pattern}/ and ${JSON.stringify(prefix)}`);
      }
    }
  }
  assert.ok(matches > 2000, `${matches}`);
});

test('what a mask lets through always leads to a match', () => {
  const tokenizer = testTokenizer();
  for (let i = 0; i < 60; i++) {
    const pattern = randomRegex(3);
    const text = randomText(regexGrammar(pattern), tokenizer, random, 12);
    assert.match(text, new RegExp(`^(?:${pattern})$`, 'u'));
  }
});

test('properties of Unicode are those of JavaScript', () => {
  for (const name of ['L', 'Lu', 'N', 'P', 'Script=Han', 'Emoji', 'White_Space', 'Cn', 'Any']) {
    const grammar = regexGrammar(`\\p{${name}}`);
    const oracle = new RegExp(`^\\p{${name}}$`, 'u');
    for (let char = 0; char <= 0x10ffff; char += 1 + below(char < 0x3000 ? 3 : 997)) {
      const text = String.fromCodePoint(char);
      if (text.isWellFormed()) assert.equal(accepts(grammar, text), oracle.test(text), `${name} ${char}`);
    }
    for (const char of [0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
      const text = String.fromCodePoint(char);
      assert.equal(accepts(grammar, text), oracle.test(text), `${name} ${char}`);
    }
  }
});

const cases: [pattern: string, matches: string[], others: string[]][] = [
  ['\\d{4}-\\d{2}-\\d{2}', ['2026-01-31'], ['2026-1-31', '2026-01-310', '']],
  ['^(?:yes|no)$', ['yes', 'no'], ['yesno', 'y']],
  ['(^a|b)c$', ['ac', 'bc'], ['c', 'abc']],
  ['(?<year>\\d+)y', ['12y'], ['y']],
  ['\\p{Lu}\\P{Lu}*', ['Äb1', 'É'], ['ä', 'AB']],
  ['[\\w-]+@[^\\s@]+', ['a-b@c'], ['a b@c', 'a@']],
  ['\\ud83d\\ude00|\\x41|\\cJ|\\u0042|[\\b]', ['😀', 'A', '\n', 'B', '\b'], ['C']],
  ['', [''], ['a']],
  ['a|', ['', 'a'], ['b']],
  ['[\\u{800}-\\u{10FFFF}]', ['\u0800', '\uffff', '😀', '\u{10ffff}'], ['\u07ff', 'a']],
];

for (const [pattern, matches, others] of cases) {
  test(`/${pattern}/`, () => {
    const grammar = regexGrammar(pattern);
    for (const text of matches) assert.ok(accepts(grammar, text), text);
    for (const text of others) assert.ok(!accepts(grammar, text), text);
    assert.ok(shortestEnd(grammar, grammar.start));
  });
}

const refused: [pattern: string, code: string, message: RegExp][] = [
  ['a(?=b)', 'unsupported', /character 1 has look-around/],
  ['(?<!b)a', 'unsupported', /look-around/],
  ['(a)\\1', 'unsupported', /character 3 has a back-reference/],
  ['\\bword', 'unsupported', /character 0 has a word boundary/],
  ['(a', 'bad-input', /not closed/],
  ['a)', 'bad-input', /unmatched/],
  ['[a', 'bad-input', /not closed/],
  ['[b-a]', 'bad-input', /range/],
  ['*a', 'bad-input', /nothing before/],
  ['a**', 'bad-input', /two quantifiers/],
  ['a{2,1}', 'bad-input', /out of order/],
  ['\\p{Nope}', 'bad-input', /unknown property/],
  ['\\', 'bad-input', /at the end/],
  ['a$b', 'bad-input', /matches no text/],
  ['[]', 'bad-input', /matches no text/],
  ['(a{1,1000}){1,1000}', 'unsupported', /too large/],
  ['(?:.*a.{500})', 'unsupported', /too large/],
  ['(?:a|b)*a(?:a|b){30}', 'unsupported', /too large/],
  ['(){1000000000}', 'unsupported', /too large/],
  [`${'('.repeat(10_000)}a${')'.repeat(10_000)}`, 'unsupported', /nested/],
  [`${'(a?'.repeat(150)}${'){1,9}'.repeat(150)}`, 'unsupported', /too large/],
];

for (const [pattern, code, message] of refused) {
  test(`/${pattern.slice(0, 40)}/ is refused, soon`, () => {
    const begin = performance.now();
    assert.throws(
      () => regexGrammar(pattern),
      (error) => error instanceof LanternError && error.code === code && message.test(error.message),
    );
    assert.ok(performance.now() - begin < 2000);
  });
}
