import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSpeculation } from './speculation.ts';

const refused = (text: string, message: RegExp) =>
  assert.throws(() => parseSpeculation(text), { name: 'LanternError', message });

test('a speculative config is read as vLLM spells it', () => {
  assert.deepEqual(parseSpeculation('{"method": "mtp", "num_speculative_tokens": 3}'), { method: 'mtp', tokens: 3 });
  // As the cards of the models have it.
  const ofCard = parseSpeculation('{"method":"qwen3_next_mtp","num_speculative_tokens":2}');
  assert.deepEqual(ofCard, { method: 'mtp', tokens: 2 });
  const ngram = (fields: object) =>
    parseSpeculation(JSON.stringify({ method: 'ngram', num_speculative_tokens: 4, ...fields }));
  assert.deepEqual(ngram({}), { method: 'ngram', tokens: 4, max: 5, min: 2 });
  assert.deepEqual(ngram({ prompt_lookup_max: 1 }), { method: 'ngram', tokens: 4, max: 1, min: 1 });
  assert.deepEqual(ngram({ prompt_lookup_min: 7 }), { method: 'ngram', tokens: 4, max: 7, min: 7 });
  assert.deepEqual(ngram({ prompt_lookup_max: 4, prompt_lookup_min: 3 }), {
    method: 'ngram',
    tokens: 4,
    max: 4,
    min: 3,
  });
});

test('what is wrong with one is named', () => {
  refused('mtp', /is mtp; a JSON object is expected/);
  refused('[]', /JSON object/);
  refused('{"method": "eagle", "num_speculative_tokens": 1}', /is "eagle"; known are "mtp" and "ngram"/);
  refused('{"method": "toString", "num_speculative_tokens": 1}', /is "toString"/);
  refused('{"num_speculative_tokens": 1}', /method of the speculative config is undefined/);
  for (const tokens of ['0', '5', '1.5', '"2"', 'null'])
    refused(
      `{"method": "mtp", "num_speculative_tokens": ${tokens}}`,
      /num_speculative_tokens of .* it must be a whole number from 1 to 4 for method "mtp"/,
    );
  refused('{"method": "mtp"}', /num_speculative_tokens of the speculative config is undefined/);
  refused('{"method": "ngram", "num_speculative_tokens": 17}', /from 1 to 16/);
  refused('{"method": "mtp", "num_speculative_tokens": 1, "prompt_lookup_max": 2}', /has "prompt_lookup_max"/);
  const ngram = (fields: string) => `{"method": "ngram", "num_speculative_tokens": 1, ${fields}}`;
  refused(ngram('"model": "x"'), /has "model"; for method "ngram" it has .*prompt_lookup_min/);
  refused(ngram('"prompt_lookup_max": 0'), /prompt_lookup_max of .* is 0/);
  refused(ngram('"prompt_lookup_max": "a"'), /prompt_lookup_max of .* is "a"/);
  refused(ngram('"prompt_lookup_min": "a"'), /prompt_lookup_m(ax|in) of/);
  refused(ngram('"prompt_lookup_max": 2, "prompt_lookup_min": 3'), /prompt_lookup_min .* from 1 to 2/);
});
