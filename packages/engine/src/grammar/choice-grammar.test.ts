import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { choiceGrammar } from './choice-grammar.ts';
import { accepts, after, randomText, seeded, testTokenizer } from './grammar-test.ts';

const choices = ['yes', 'no', 'not sure', 'né', '', 'yes'];

test('one of the choices and nothing else', () => {
  const grammar = choiceGrammar(choices);
  for (const choice of choices) assert.ok(accepts(grammar, choice), choice);
  for (const other of ['y', 'nos', 'not', 'yesno', '\nyes']) assert.ok(!accepts(grammar, other), other);
  const random = seeded(1);
  const seen = new Set(Array.from({ length: 50 }, () => randomText(grammar, testTokenizer(), random)));
  for (const text of seen) assert.ok(choices.includes(text), text);
  assert.ok(seen.size > 2);
});

test('up to two line breaks may come first where asked for', () => {
  const grammar = choiceGrammar(['yes'], { leadingNewlines: true });
  for (const text of ['yes', '\nyes', '\n\nyes']) assert.ok(accepts(grammar, text));
  assert.equal(after(grammar, '\n\n\n'), null);
});

test('lists that are no choices are refused', () => {
  for (const bad of [[], ['a\ud800']]) {
    assert.throws(
      () => choiceGrammar(bad),
      (error) => error instanceof LanternError && error.code === 'bad-input',
    );
  }
});
