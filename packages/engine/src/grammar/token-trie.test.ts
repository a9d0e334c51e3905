import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTokenizer } from './grammar-test.ts';
import type { TrieLayout } from './masks/trie-layout.ts';
import { TokenTrie } from './token-trie.ts';

/** Tokens and their bytes, as the arrays have them. */
function tokensOf({ size, bytes, depths, ends, firsts, ids }: TrieLayout): Map<number, string> {
  const found = new Map<number, string>();
  const path: number[] = [];
  for (let node = 0; node < size; node++) {
    path.length = Math.max(0, depths[node]! - 1);
    if (node > 0) path.push(bytes[node]!);
    assert.ok(ends[node]! > node && ends[node]! <= size);
    for (let i = firsts[node]!; i < firsts[node + 1]!; i++) found.set(ids[i]!, Buffer.from(path).toString('latin1'));
  }
  return found;
}

test('all tokens with bytes are in the trie, control tokens are not', () => {
  const tokenizer = testTokenizer();
  const trie = TokenTrie.of(tokenizer);
  assert.equal(TokenTrie.of(tokenizer), trie);
  const found = tokensOf(trie.layout);
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const bytes = Buffer.from(tokenizer.isSpecial(id) ? [] : tokenizer.tokenBytes(id)).toString('latin1');
    assert.equal(found.get(id) ?? '', bytes);
    assert.equal(Buffer.from(trie.bytesOf(id)).toString('latin1'), bytes);
  }
});

function trieOf(tokens: readonly string[]): TokenTrie {
  return TokenTrie.of({
    vocabSize: tokens.length,
    tokenBytes: (id) => Buffer.from(tokens[id]!),
    isSpecial: () => false,
  });
}

test('tokens with the same bytes, one within another, long and empty ones', () => {
  const tokens = ['a', 'abcdefgh', '', 'abcdefghi', 'a', 'é', 'abcdefgX', 'x'.repeat(300), 'abc'];
  const { layout } = trieOf(tokens);
  const expected = tokens.map((token, id) => [id, Buffer.from(token).toString('latin1')] as const);
  assert.deepEqual(
    [...tokensOf(layout)].sort(([a], [b]) => a - b),
    expected.filter(([, token]) => token !== ''),
  );
  assert.equal(layout.chars[0], 255);
});
