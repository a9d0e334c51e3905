import { choiceGrammar } from '../src/grammar/choice-grammar.ts';
import type { Grammar } from '../src/grammar/grammar.ts';
import { GrammarMatcher } from '../src/grammar/grammar-matcher.ts';
import { jsonGrammar } from '../src/grammar/json-grammar.ts';
import { jsonSchemaGrammar } from '../src/grammar/json-schema-grammar.ts';
import { regexGrammar } from '../src/grammar/regex-grammar.ts';
import { TokenTrie } from '../src/grammar/token-trie.ts';
import { toolCallGrammar } from '../src/grammar/tool-call-grammar.ts';
import { pseudoVocabulary } from './pseudo-vocabulary.ts';

// How long masks take on a vocabulary of the size of Qwen 3.5's. Run: node packages/engine/bench/grammar.ts
// "first" is a new grammar on its first text, "again" the same texts once more; both write −∞ to a row of 248,320 logits.

const ROW = 248_320;

const text = { type: 'string' };
const person = {
  type: 'object',
  properties: {
    name: { ...text, minLength: 1, maxLength: 80 },
    age: { type: 'integer', minimum: 0, maximum: 130 },
    email: { ...text, format: 'email' },
    address: {
      type: 'object',
      properties: { street: text, city: text, zip: { ...text, pattern: '^\\d{5}$' } },
      required: ['street', 'city', 'zip'],
      additionalProperties: false,
    },
    tags: { type: 'array', items: text, maxItems: 10 },
    role: { enum: ['admin', 'editor', 'viewer'] },
    note: { anyOf: [text, { type: 'null' }] },
  },
  required: ['name', 'age', 'email', 'address', 'tags', 'role', 'note'],
  additionalProperties: false,
};
const alice = {
  name: 'Alice Liddell',
  age: 27,
  email: 'alice@wonderland.example.org',
  address: { street: 'Rabbit Hole 7', city: 'Zürich', zip: '80331' },
  tags: ['tea', 'croquet', 'looking glass', '猫'],
  role: 'editor',
  note: 'Said: "Curiouser and curiouser!"\nThen she grew, until her head struck against the roof of the hall.',
};
const orders = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      title: text,
      price: { type: 'number', minimum: 0 },
      date: { ...text, format: 'date' },
      paid: { type: 'boolean' },
    },
    required: ['id', 'title', 'price', 'date', 'paid'],
    additionalProperties: false,
  },
};
const order = (id: number): object => ({
  id,
  title: `A set of ${id} teacups, blue`,
  price: id * 1.25,
  date: `2026-0${(id % 9) + 1}-15`,
  paid: id % 2 === 0,
});
const tools = [
  {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: text, unit: { enum: ['celsius', 'fahrenheit'] }, days: { type: 'integer', maximum: 14 } },
      required: ['city'],
    },
  },
  {
    name: 'write_file',
    parameters: {
      type: 'object',
      properties: { path: text, content: text, options: { type: 'object' } },
      required: ['path', 'content'],
    },
  },
];
const code =
  'export function add(a: number, b: number): number {\n  return a + b; // <b>\n}\n\nconsole.log(add(1, 2));';
const calls =
  '<tool_call>\n<function=get_weather>\n<parameter=city>\nSan Francisco, California\n</parameter>\n' +
  '<parameter=unit>\ncelsius\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=write_file>\n' +
  `<parameter=path>\nsrc/add.ts\n</parameter>\n<parameter=content>\n${code}\n</parameter>\n` +
  '<parameter=options>\n{"mode": "0644", "create": true}\n</parameter>\n</function>\n</tool_call>';
const anything = {
  title: 'Notes',
  list: [alice, { x: [1, 2.5, -3e4, null, true] }],
  empty: {},
  more: [order(1), order(2)],
};
const prose = `{"summary": ${JSON.stringify('The quick brown fox jumps over the lazy dog, and the dog does not mind. '.repeat(4))}}`;

const cases: [name: string, make: () => Grammar, texts: string[]][] = [
  ['JSON mode', () => jsonGrammar(), [JSON.stringify(anything), JSON.stringify(anything, null, 2)]],
  [
    'nested object',
    () => jsonSchemaGrammar(person, { strict: true }),
    [JSON.stringify(alice), JSON.stringify(alice, null, 2)],
  ],
  [
    'array of objects',
    () => jsonSchemaGrammar(orders, { strict: true }),
    [JSON.stringify([1, 2, 3, 4, 5].map(order), null, 2)],
  ],
  [
    'short strings',
    () => jsonSchemaGrammar({ type: 'object', properties: { summary: { ...text, maxLength: 300 } } }),
    [prose],
  ],
  ['tool calls', () => toolCallGrammar(tools), [calls]],
  [
    'date by pattern',
    () => regexGrammar('\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])'),
    ['2026-01-31', '1999-12-05'],
  ],
  ['words by pattern', () => regexGrammar('[A-Za-z ,.]+'), ['The quick brown fox jumps over the lazy dog.']],
  [
    'counted pattern',
    () => jsonSchemaGrammar({ ...text, pattern: '^[A-Za-z0-9 ,.-]{1,120}$' }),
    [JSON.stringify('The quick brown fox, 3 times')],
  ],
  ['enum', () => jsonSchemaGrammar({ enum: ['positive', 'negative', 'neutral'] }), ['"positive"', '"neutral"']],
  ['choices', () => choiceGrammar(['yes', 'no', 'not sure']), ['yes', 'not sure']],
];

const vocabulary = pseudoVocabulary();
const began = performance.now();
const trie = TokenTrie.of(vocabulary);
console.log(
  `${vocabulary.vocabSize} tokens, ${trie.layout.size} nodes; trie ${(performance.now() - began).toFixed(0)} ms\n`,
);

/** The longest token each time: about as long as real ones. */
function encode(document: string): number[] {
  const bytes = Buffer.from(document).toString('latin1');
  const ids: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let length = Math.min(24, bytes.length - at);
    while (vocabulary.idOf(bytes.slice(at, at + length)) < 0) length--;
    ids.push(vocabulary.idOf(bytes.slice(at, at + length)));
    at += length;
  }
  return ids;
}

/** Microseconds of each mask over a text. */
function time(grammar: Grammar, document: string): number[] {
  const matcher = new GrammarMatcher(grammar, trie, vocabulary.endIds);
  const logits = new Float32Array(ROW);
  const times: number[] = [];
  for (const id of [...encode(document), vocabulary.endIds[0]!]) {
    logits.fill(0);
    const start = performance.now();
    matcher.mask(logits);
    times.push((performance.now() - start) * 1000);
    if (logits[id] !== 0) throw new Error(`a token of ${JSON.stringify(document)} is forbidden`);
    matcher.accept(id);
  }
  return times;
}

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, i) =>
      i === 0 ? `${cell}`.padEnd(18) : (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(9),
    )
    .join('');
}

function quantiles(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return [0.5, 0.99, 1].map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!);
}

for (const round of ['first grammars of the process', 'new grammars']) {
  console.log(`${round}; masks in µs, compiling in ms`);
  console.log(row(['', 'compile', 'tokens', 'first p50', 'p99', 'max', 'again p50', 'p99', 'max']));
  const all: number[][] = [[], []];
  for (const [name, make, documents] of cases) {
    const start = performance.now();
    const grammar = make();
    const compile = performance.now() - start;
    const passes = [0, 1].map(() => documents.flatMap((document) => time(grammar, document)));
    for (const [i, times] of passes.entries()) all[i]!.push(...times);
    console.log(row([name, compile.toFixed(1), passes[0]!.length, ...passes.flatMap(quantiles)]));
  }
  console.log(`${row(['all', '', all[0]!.length, ...all.flatMap(quantiles)])}\n`);
}
