import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplingDefaults } from './sampling-defaults.ts';

const silent = { temperature: null, topP: null, topK: null, minP: null, repetitionPenalty: null };
const noPenalty = { presencePenalty: 0, frequencyPenalty: 0, repetitionPenalty: 1 };

test('a checkpoint that says nothing gets the defaults of its mode', () => {
  assert.deepEqual(samplingDefaults(silent, true), { ...noPenalty, temperature: 0.6, topP: 0.95, topK: 20, minP: 0 });
  assert.deepEqual(samplingDefaults(silent, false), { ...noPenalty, temperature: 0.7, topP: 0.8, topK: 20, minP: 0 });
});

test('what the checkpoint says wins, field by field, zero included', () => {
  const defaults = samplingDefaults({ ...silent, temperature: 0, minP: 0.1, repetitionPenalty: 1.1 }, true);
  assert.deepEqual(defaults, {
    ...noPenalty,
    temperature: 0,
    topP: 0.95,
    topK: 20,
    minP: 0.1,
    repetitionPenalty: 1.1,
  });
});
