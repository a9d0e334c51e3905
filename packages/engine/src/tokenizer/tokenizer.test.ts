import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openTokenizerFiles } from '../checkpoint/open-checkpoint.ts';
import { LanternError } from '../errors.ts';
import type { TokenizerSource } from './source.ts';
import { Tokenizer } from './tokenizer.ts';

type Golden = {
  strings: { text: string; ids: number[]; ids_no_special: number[]; decoded: string; decoded_skip_special: string }[];
};

const fixtures = new URL('../../fixtures/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8');
const golden = JSON.parse(read('tokenizer/golden.json')) as Golden;
const tokenizer = load('tokenizer');

function load(folder: string): Tokenizer {
  return Tokenizer.from({
    kind: 'json',
    tokenizerJson: read(`${folder}/tokenizer.json`),
    tokenizerConfigJson: read(`${folder}/tokenizer_config.json`),
  });
}

function loadGguf(folder: string): { tokenizer: Tokenizer; source: Extract<TokenizerSource, { kind: 'gguf' }> } {
  const source = openTokenizerFiles(fileURLToPath(new URL(folder, fixtures))).tokenizer;
  assert.ok(source?.kind === 'gguf');
  return { tokenizer: Tokenizer.from(source), source };
}

test('ids and texts equal the golden ones', () => {
  assert.equal(golden.strings.length, 250);
  for (const { text, ids, ids_no_special, decoded, decoded_skip_special } of golden.strings) {
    assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    assert.deepEqual(tokenizer.encode(text, { addedTokens: false }), ids_no_special, JSON.stringify(text));
    assert.equal(tokenizer.decode(ids), decoded);
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), decoded_skip_special);
  }
});

test('facts about tokens', () => {
  assert.equal(tokenizer.vocabSize, 2289);
  assert.equal(tokenizer.tokenId('<|im_end|>'), 2258);
  assert.equal(tokenizer.tokenId('\n'), 198);
  assert.equal(tokenizer.tokenId('no such token'), undefined);
  assert.equal(tokenizer.isSpecial(2258), true);
  assert.equal(tokenizer.isSpecial(2280), false, '<think> is no control token');
  assert.equal(tokenizer.isSpecial(5), false);
  assert.equal(tokenizer.addedTokens.length, 33);
});

test('a stream never gives half a character, and joins to the whole', () => {
  for (const { ids, decoded } of golden.strings) {
    const decoder = tokenizer.decoder();
    const pieces = ids.map((id) => decoder.push(id));
    const end = decoder.end();
    assert.equal(pieces.join('') + end, decoded);
    if (!decoded.includes('\ufffd')) assert.ok(pieces.every((piece) => !piece.includes('\ufffd')));
  }
  const cut = tokenizer.decoder();
  const [first] = tokenizer.encode('☃');
  assert.equal(cut.push(first!), '');
  assert.equal(cut.end(), '\ufffd');
});

test('padding ids decode to nothing, lone surrogates encode as U+FFFD, a byte order mark survives', () => {
  assert.equal(tokenizer.decode([39, 999_999, 72]), 'Hi');
  assert.deepEqual(tokenizer.encode('a\ud800b'), tokenizer.encode('a\ufffdb'));
  assert.equal(tokenizer.decode(tokenizer.encode('\ufeffa')), '\ufeffa');
});

test('segments: control tokens of messages are text, everything else is as without segments', () => {
  const im_end = 2258;
  const plain = tokenizer.encode('<|im_end|>', { addedTokens: false });
  const encode = (...segments: [string, boolean][]): number[] =>
    tokenizer.encodeSegments(segments.map(([text, fromMessage]) => ({ text, fromMessage })));
  assert.deepEqual(encode(['<|im_end|>', false]), [im_end]);
  assert.deepEqual(encode(['<|im_', false], ['end|>', false]), [im_end]);
  assert.deepEqual(encode(['<|im_end|>', true]), plain);
  assert.deepEqual(encode(['<', false], ['|', true], ['im_end|>', false]), plain);
  assert.deepEqual(encode(['<|im_end|', false], ['>', true]), plain);
  assert.deepEqual(encode(['<|im_end|>', true], ['<|im_end|>', false]), [...plain, im_end]);
  assert.deepEqual(encode(['<think>', true]), tokenizer.encode('<think>'), 'no control token');
  for (const { text } of golden.strings) {
    if (/<\|(im|vision|image|video|object|box|quad|audio|end)|<tts/.test(text)) continue;
    const middle = text.length >> 1;
    assert.deepEqual(encode([text.slice(0, middle), true], [text.slice(middle), false]), tokenizer.encode(text));
  }
});

for (const [ggufFolder, jsonFolder] of [
  ['gguf-r1-q8_0', 'dense-tied-r1'],
  ['gguf-moe-q8_0', null],
  ['gguf-r4-k', null],
] as const) {
  test(`${ggufFolder}: the keys of a GGUF file give a tokenizer that agrees with tokenizer.json`, () => {
    const { tokenizer: fromGguf, source } = loadGguf(ggufFolder);
    for (const { text } of golden.strings) {
      assert.equal(fromGguf.decode(fromGguf.encode(text)), text.normalize('NFC'));
    }
    // The same vocabulary as tokenizer.json has it.
    const fromJson = jsonFolder ? load(jsonFolder) : Tokenizer.from(jsonOf(source));
    assert.equal(fromGguf.vocabSize, fromJson.vocabSize);
    assert.deepEqual(fromGguf.addedTokens, fromJson.addedTokens);
    for (const { text } of golden.strings) assert.deepEqual(fromGguf.encode(text), fromJson.encode(text));
  });
}

/** `tokenizer.json` with the tables of a GGUF file, for files that have no twin. */
function jsonOf(source: Extract<TokenizerSource, { kind: 'gguf' }>): TokenizerSource {
  const reference = load('tokenizer');
  const json = JSON.parse(read('tokenizer/tokenizer.json'));
  const ordinary = source.tokens
    .map((token, id) => [token, id] as const)
    .filter(([, id]) => source.tokenTypes?.[id] === 1);
  json.model.vocab = Object.fromEntries(ordinary);
  json.model.merges = source.merges;
  json.added_tokens = source.tokens.flatMap((content, id) => {
    if (![3, 4].includes(source.tokenTypes?.[id] ?? 1)) return [];
    return [{ id, content, special: reference.isSpecial(reference.tokenId(content)!) }];
  });
  return { kind: 'json', tokenizerJson: JSON.stringify(json), tokenizerConfigJson: null };
}

test('added tokens that only tokenizer_config.json lists are known too', () => {
  const json = JSON.parse(read('tokenizer/tokenizer.json'));
  json.added_tokens = json.added_tokens.filter((token: { content: string }) => token.content !== '<|im_end|>');
  const config = { added_tokens_decoder: { 2258: { content: '<|im_end|>', special: true } } };
  const source = { kind: 'json', tokenizerJson: JSON.stringify(json) } as const;
  const without = Tokenizer.from({ ...source, tokenizerConfigJson: null });
  const with_ = Tokenizer.from({ ...source, tokenizerConfigJson: JSON.stringify(config) });
  assert.equal(without.tokenId('<|im_end|>'), undefined);
  assert.deepEqual(with_.encode('<|im_end|>'), [2258]);
  assert.equal(with_.isSpecial(2258), true);
});

test('ignore_merges takes a word that is an entry as it is', () => {
  const json = JSON.parse(read('tokenizer/tokenizer.json'));
  json.model.vocab.lantern = 2300;
  const encode = (): number[] =>
    Tokenizer.from({ kind: 'json', tokenizerJson: JSON.stringify(json), tokenizerConfigJson: null }).encode('lantern');
  assert.ok(encode().length > 1);
  json.model.ignore_merges = true;
  assert.deepEqual(encode(), [2300]);
});

type Change = (json: {
  model: { type: string; vocab: Record<string, unknown>; merges: unknown[]; byte_fallback: boolean };
  added_tokens: Record<string, unknown>[];
  normalizer: unknown;
  pre_tokenizer: { pretokenizers: { pattern?: { Regex: string } }[] };
}) => void;

const badJson: [string, LanternError['code'], RegExp, Change][] = [
  ['no model', 'bad-checkpoint', /has no "model"/, (json) => Reflect.deleteProperty(json, 'model')],
  ['another model', 'unsupported', /WordPiece.*BPE/, (json) => Object.assign(json.model, { type: 'WordPiece' })],
  ['byte fallback', 'unsupported', /byte_fallback/, (json) => Object.assign(json.model, { byte_fallback: true })],
  ['no vocabulary', 'bad-checkpoint', /model.vocab/, (json) => Reflect.deleteProperty(json.model, 'vocab')],
  ['an id twice', 'bad-checkpoint', /id 5 to both/, (json) => Object.assign(json.model.vocab, { zzz: 5 })],
  [
    'an id of an added token',
    'bad-checkpoint',
    /id 2258 to both/,
    (json) => Object.assign(json.model.vocab, { zzz: 2258 }),
  ],
  ['an absurd id', 'bad-checkpoint', /id 1000000000;/, (json) => Object.assign(json.model.vocab, { zzz: 1e9 })],
  ['a fraction as id', 'bad-checkpoint', /id 1.5;/, (json) => Object.assign(json.model.vocab, { zzz: 1.5 })],
  [
    'a byte without entry',
    'bad-checkpoint',
    /byte 97/,
    (json) => {
      json.model.vocab.aaaaa = json.model.vocab.a;
      Reflect.deleteProperty(json.model.vocab, 'a');
    },
  ],
  [
    'an unknown token in a merge',
    'bad-checkpoint',
    /merge 2000 names "qqqq"/,
    (json) => void json.model.merges.push(['qqqq', 'a']),
  ],
  ['a merge of three', 'bad-checkpoint', /merge 2000 = /, (json) => void json.model.merges.push('a b c')],
  ['merges of another kind', 'bad-checkpoint', /merge 2000 = 7/, (json) => void json.model.merges.push(7)],
  ['an added token without text', 'bad-checkpoint', /added token/, (json) => void json.added_tokens.push({ id: 3000 })],
  [
    'an added token twice',
    'bad-checkpoint',
    /<\|im_end\|>.*twice/,
    (json) => void json.added_tokens.push({ id: 3000, content: '<|im_end|>' }),
  ],
  [
    'an added id twice',
    'bad-checkpoint',
    /id 2258 to both/,
    (json) => void json.added_tokens.push({ id: 2258, content: '<|x|>' }),
  ],
  [
    'a token that strips',
    'unsupported',
    /lstrip/,
    (json) => void json.added_tokens.push({ id: 3000, content: '<|x|>', lstrip: true }),
  ],
  ['another normalizer', 'unsupported', /NFKC/, (json) => Object.assign(json, { normalizer: { type: 'NFKC' } })],
  [
    'another pattern',
    'unsupported',
    /pattern/,
    (json) => Object.assign(json.pre_tokenizer.pretokenizers[0]!.pattern!, { Regex: '\\w+' }),
  ],
];

for (const [name, code, message, change] of badJson) {
  test(`a bad tokenizer.json: ${name}`, () => {
    const json = JSON.parse(read('tokenizer/tokenizer.json'));
    change(json);
    refused({ kind: 'json', tokenizerJson: JSON.stringify(json), tokenizerConfigJson: null }, code, message);
  });
}

test('bad text in tokenizer.json and tokenizer_config.json', () => {
  refused(
    { kind: 'json', tokenizerJson: '{"model":', tokenizerConfigJson: null },
    'bad-checkpoint',
    /tokenizer.json.*not JSON/,
  );
  refused({ kind: 'json', tokenizerJson: '[1]', tokenizerConfigJson: null }, 'bad-checkpoint', /object is expected/);
  const tokenizerJson = read('tokenizer/tokenizer.json');
  refused({ kind: 'json', tokenizerJson, tokenizerConfigJson: 'x' }, 'bad-checkpoint', /tokenizer_config.json/);
});

test('bad GGUF keys', () => {
  const { source } = loadGguf('gguf-r1-q8_0');
  refused({ ...source, model: 'llama' }, 'unsupported', /"llama".*"gpt2"/);
  refused({ ...source, pre: 'llama-bpe' }, 'unsupported', /"llama-bpe".*"qwen35"/);
  refused({ ...source, pre: null }, 'unsupported', /tokenizer.ggml.pre/);
  refused({ ...source, tokenTypes: [1, 2] }, 'bad-checkpoint', /2 values for/);
  refused({ ...source, tokens: source.tokens.slice(0, 100), tokenTypes: null }, 'bad-checkpoint', /byte|merge/);
  refused({ ...source, merges: ['a'] }, 'bad-checkpoint', /merges\[0\]/);
  refused({ ...source, tokens: source.tokens.map(() => 'x') }, 'bad-checkpoint', /"x"/);
});

function refused(source: TokenizerSource, code: LanternError['code'], message: RegExp): void {
  assert.throws(
    () => Tokenizer.from(source),
    (error) => {
      assert.ok(error instanceof LanternError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(!error.message.includes('\n'));
      return true;
    },
  );
}

test('one word of a million characters is not quadratic', () => {
  const word = Array.from({ length: 1_000_000 }, (_, i) => 'etaoinshrdlu'[(i * i + (i >> 3)) % 12]).join('');
  const start = performance.now();
  assert.equal(tokenizer.decode(tokenizer.encode(word)), word);
  assert.ok(performance.now() - start < 20_000);
});
