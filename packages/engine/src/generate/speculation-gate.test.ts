import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpeculationGate } from './speculation-gate.ts';

/** Takes steps that cost what they are said to; gives for each whether it guessed. */
function steps(gate: SpeculationGate, count: number, { guessed, tokens }: { guessed: number; tokens: number }) {
  return Array.from({ length: count }, () => {
    const guesses = gate.isOpen(1);
    gate.observe({ answers: 1, guessed: guesses, tokens: guesses ? tokens : 1, seconds: guesses ? guessed : 1 });
    return guesses;
  });
}

const share = (guesses: boolean[]) => guesses.filter(Boolean).length / guesses.length;

test('guesses go on while they bring more tokens a second', () => {
  const gate = new SpeculationGate();
  const guesses = steps(gate, 1000, { guessed: 1.5, tokens: 2 });
  assert.deepEqual(guesses.slice(0, 4), [false, false, false, false]);
  assert.ok(share(guesses) > 0.95, `${share(guesses)}`);
});

test('they stop where they do not, are tried ever more rarely, and come back', () => {
  const gate = new SpeculationGate();
  const guesses = steps(gate, 4000, { guessed: 2.5, tokens: 2 });
  assert.ok(guesses.slice(0, 100).includes(true));
  assert.ok(share(guesses) < 0.05, `${share(guesses)}`);
  assert.ok(guesses.slice(2000).includes(true), 'tried again');
  const later = steps(gate, 6000, { guessed: 1.5, tokens: 2 });
  assert.ok(share(later.slice(-1000)) > 0.95);
});

test('batches with other numbers of answers are judged apart', () => {
  const gate = new SpeculationGate();
  for (let i = 0; i < 200; i++)
    for (const answers of [1, 8]) {
      const guessed = gate.isOpen(answers);
      const seconds = guessed ? (answers === 1 ? 1.2 : 4) : 1;
      gate.observe({ answers, guessed, tokens: guessed ? 2 * answers : answers, seconds });
    }
  assert.deepEqual([gate.isOpen(1), gate.isOpen(8)], [true, false]);
});

test('steps for which no guess was found say nothing of guesses', () => {
  const gate = new SpeculationGate();
  steps(gate, 10, { guessed: 1.5, tokens: 2 });
  assert.equal(gate.isOpen(1), true);
  for (let i = 0; i < 500; i++) gate.observe({ answers: 1, guessed: false, tokens: 1, seconds: 1 });
  assert.equal(gate.isOpen(1), true);
});
