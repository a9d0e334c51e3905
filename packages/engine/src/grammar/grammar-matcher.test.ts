import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Config } from './automaton/machine.ts';
import { choiceGrammar } from './choice-grammar.ts';
import type { Grammar } from './grammar.ts';
import { GrammarMatcher } from './grammar-matcher.ts';
import { seeded, testTokenizer } from './grammar-test.ts';
import { jsonGrammar } from './json-grammar.ts';
import { jsonSchemaGrammar } from './json-schema-grammar.ts';
import { regexGrammar } from './regex-grammar.ts';
import { schemaCases } from './schema-cases/schema-cases.ts';
import { TokenTrie } from './token-trie.ts';
import { toolCallGrammar } from './tool-call-grammar.ts';

const tools = [
  {
    name: 'f',
    parameters: {
      properties: {
        s: { type: 'string' },
        m: { type: 'string', minLength: 3, maxLength: 60 },
        o: { type: 'object' },
        u: { type: ['string', 'integer', 'null'] },
      },
    },
  },
];
const grammars: [name: string, make: () => Grammar][] = [
  ['JSON', () => jsonGrammar({ leadingNewlines: true })],
  ['a regular expression', () => regexGrammar('(?:[a-zé]+ |\\d{1,3}|😀){1,9}|\\p{L}*')],
  ['choices', () => choiceGrammar(['yes', 'no', 'not yet', ' no'])],
  ['calls', () => toolCallGrammar(tools)],
  ['calls or text', () => toolCallGrammar(tools, { required: false })],
  ...schemaCases.map(({ name, schema }): [string, () => Grammar] => [
    `a schema: ${name}`,
    () => jsonSchemaGrammar(schema),
  ]),
];

const tokenizers: [name: string, tokenizer: Tokenizer][] = [
  ['the tokenizer of the fixtures', testTokenizer()],
  ['that of the built-in model', testTokenizer('../../../../models/tiny')],
];

for (const [title, tokenizer] of tokenizers) {
  const trie = TokenTrie.of(tokenizer);
  const end = tokenizer.addedTokens.find(({ special }) => special)!.id;
  const rows = tokenizer.vocabSize + 7;
  for (const [name, make] of grammars) {
    test(`masks let through just what the bytes allow: ${name}, ${title}`, () => {
      const grammar = make();
      const random = seeded(11);
      for (let walk = 0; walk < 3; walk++) {
        const matcher = new GrammarMatcher(grammar, trie, [end]);
        let config: Config = grammar.start;
        for (let step = 0; step < 20; step++) {
          const logits = Float32Array.from({ length: rows }, (_, id) => id);
          matcher.mask(logits);
          const allowed: number[] = [];
          for (let id = 0; id < rows; id++) {
            const next = id < tokenizer.vocabSize ? after(grammar, config, id) : null;
            const isAllowed = next !== null || (id === end && config.mayEnd);
            assert.equal(logits[id], isAllowed ? id : Number.NEGATIVE_INFINITY, `${name}: token ${id} at step ${step}`);
            if (next) allowed.push(id);
          }
          assert.equal(matcher.mayEnd, config.mayEnd);
          assert.equal(matcher.mustEnd, allowed.length === 0);
          if (allowed.length === 0) break;
          // Often what is not all text.
          const short = allowed.filter((id) => /^\W/.test(tokenizer.decode([id])));
          const from = random() < 0.5 && short.length > 0 ? short : allowed;
          const id = from[Math.floor(random() * from.length)]!;
          matcher.accept(id);
          config = after(grammar, config, id)!;
        }
      }
    });
  }

  /** The readings after a token; null where it may not come, or is not text. */
  function after(grammar: Grammar, from: Config, id: number): Config | null {
    const bytes = tokenizer.isSpecial(id) ? [] : tokenizer.tokenBytes(id);
    let config: Config | null = bytes.length > 0 ? from : null;
    for (const byte of bytes) config = config && grammar.machine.step(config, byte);
    return config;
  }
}

test('an answer ends once, at an end token', () => {
  const tokenizer = tokenizers[0]![1];
  const end = tokenizer.addedTokens.find(({ special }) => special)!.id;
  const matcher = new GrammarMatcher(choiceGrammar(['a', 'ab']), TokenTrie.of(tokenizer), [end]);
  const [a, b] = [tokenizer.tokenId('a')!, tokenizer.tokenId('b')!];
  assert.deepEqual([matcher.mayEnd, matcher.mustEnd], [false, false]);
  assert.throws(() => matcher.accept(end), TypeError);
  assert.throws(() => matcher.accept(b), TypeError);
  assert.throws(() => matcher.accept(tokenizer.vocabSize + 1), TypeError);
  matcher.accept(a);
  assert.deepEqual([matcher.mayEnd, matcher.mustEnd], [true, false]);
  matcher.accept(b);
  assert.deepEqual([matcher.mayEnd, matcher.mustEnd], [true, true]);
  matcher.accept(end);
  assert.throws(() => matcher.accept(a), TypeError);
  const logits = new Float32Array(tokenizer.vocabSize);
  matcher.mask(logits);
  assert.deepEqual(
    [...logits.keys()].filter((id) => logits[id] === 0),
    [end],
  );
});

test('machines forget what they remember without harm', () => {
  const tokenizer = tokenizers[0]![1];
  const trie = TokenTrie.of(tokenizer);
  const grammar = jsonSchemaGrammar({ type: 'array', items: { type: 'string', minLength: 1, maxLength: 4000 } });
  const matcher = new GrammarMatcher(grammar, trie, []);
  const logits = new Float32Array(tokenizer.vocabSize);
  for (const char of `["${'abc '.repeat(900)}", "${'😀'.repeat(3000)}"]`) {
    for (const id of tokenizer.encode(char)) {
      logits.fill(0);
      matcher.mask(logits);
      assert.equal(logits[id], 0);
      matcher.accept(id);
    }
  }
  assert.ok(matcher.mustEnd);
});
