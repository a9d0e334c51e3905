import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Tokenizer } from './tokenizer.ts';

type Golden = {
  strings: { text: string; ids: number[]; ids_no_special: number[]; decoded: string; decoded_skip_special: string }[];
};

const fixtures = new URL('../../fixtures/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8');
const golden = JSON.parse(read('tokenizer/golden.json')) as Golden;

function load(folder: string): Tokenizer {
  return Tokenizer.from({
    kind: 'json',
    tokenizerJson: read(`${folder}/tokenizer.json`),
    tokenizerConfigJson: read(`${folder}/tokenizer_config.json`),
  });
}

test('ids and texts equal the golden ones', () => {
  const tokenizer = load('tokenizer');
  assert.equal(golden.strings.length, 250);
  for (const { text, ids, ids_no_special, decoded, decoded_skip_special } of golden.strings) {
    assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    assert.deepEqual(tokenizer.encode(text, { addedTokens: false }), ids_no_special, JSON.stringify(text));
    assert.equal(tokenizer.decode(ids), decoded);
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), decoded_skip_special);
  }
});
