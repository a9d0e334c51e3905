import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasMathematics, withDollarSigns } from './mathematics.ts';

test('formulas of every spelling get two dollar signs', () => {
  assert.equal(withDollarSigns('a \\(x^2\\) b'), 'a $$x^2$$ b');
  assert.equal(withDollarSigns('$a_1$, $3x$ and $$y$$'), '$$a_1$$, $$3x$$ and $$y$$');
  assert.equal(withDollarSigns('\\[\nx\n\\]'), '\n$$\nx\n$$\n');
});

test('prices, code and what is escaped stay as they are', () => {
  for (const text of [
    'It costs $5 and $10.',
    '$5-$10',
    'from $ to $ a',
    '`$a$` and `\\(b\\)`',
    '```sh\necho $HOME $PATH$\n```',
    'still open:\n```sh\necho $a$',
    '\\$a$',
  ])
    assert.equal(withDollarSigns(text), text);
});

test('what may hold a formula is told from what cannot', () => {
  for (const text of ['\\(a\\)', '\\[a\\]', '$x$', '$$x$$', '$2^n$']) assert.ok(hasMathematics(text), text);
  for (const text of ['', 'It costs $5.', 'no (round) [square] brackets']) assert.ok(!hasMathematics(text), text);
});
