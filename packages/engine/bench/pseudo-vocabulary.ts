import type { TokenSource } from '../src/grammar/token-trie.ts';

/** Of Qwen 3.5: so many ordinary tokens, then added ones, of which the first three are those that end an answer. */
const ORDINARY = 248_044;
const ADDED =
  '<|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|> <|box_end|> ' +
  '<|quad_start|> <|quad_end|> <|vision_start|> <|vision_end|> <|vision_pad|> <|image_pad|> <|video_pad|> ' +
  '<tool_call> </tool_call> <|fim_prefix|> <|fim_middle|> <|fim_suffix|> <|fim_pad|> <|repo_name|> <|file_sep|> ' +
  '<tool_response> </tool_response> <think> </think> <|audio_start|> <|audio_end|> <tts_pad> <tts_text_bos> ' +
  '<tts_text_eod> <tts_text_bos_single> <|audio_pad|>';
const FIRST_PLAIN = 248_058;
const LAST_PLAIN = 248_069;

/** Shares of the rest, and how words of that kind are made of letters. */
const SCRIPTS: readonly { share: number; from: number; to: number; longest: number }[] = [
  { share: 60_000, from: 0x4e00, to: 0x6fff, longest: 4 },
  { share: 22_000, from: 0x430, to: 0x44f, longest: 8 },
  { share: 14_000, from: 0x621, to: 0x64a, longest: 7 },
  { share: 12_000, from: 0xac00, to: 0xb3ff, longest: 3 },
  { share: 8_000, from: 0x3041, to: 0x30fe, longest: 5 },
  { share: 7_000, from: 0xe01, to: 0xe4e, longest: 6 },
  { share: 6_000, from: 0x5d0, to: 0x5ea, longest: 6 },
  { share: 5_000, from: 0x3b1, to: 0x3c9, longest: 7 },
  { share: 2_000, from: 0x1f300, to: 0x1faff, longest: 2 },
];
const SYLLABLES = (
  'a e i o u er in on an re ti en at or ing al st ion it ar is as le ve me de co ro ed es ic li ra te ne ta ch ' +
  'ma la om pro ent ly con per ex th sh qu un dis pre ment able ful ness or ize ism ist um us ia tra spr clo ba be ' +
  'da di do fa fi ga go ha he hi ho ja jo ka ke ki lo lu mi mo na ni no pa pe pi po sa se si so su to tu va vi wa we'
).split(' ');
/** What may stand before a word in its token. */
const BEFORE = [' ', ' ', ' ', ' ', ' ', ' ', '', '', '', '', '.', '_', '"', '(', '-', '/', "'", '\t', '$', '<', '\\'];
const PUNCTUATION = '"\',.:;()[]{}<>/\\=+-*&%$#@!?|~^`_';

/**
 * A vocabulary of the size and make of Qwen 3.5's, the same each time: all bytes, single digits, runs of white space,
 * punctuation, words with what precedes them, other scripts, and beginnings of characters.
 */
export function pseudoVocabulary(): TokenSource & { readonly endIds: readonly number[]; idOf(text: string): number } {
  const next = random(12_345);
  const below = (count: number): number => Math.floor(next() * count);
  const pick = (items: readonly string[] | string): string => items[below(items.length)]!;
  // Squared: some letters and syllables are much more frequent.
  const often = (count: number): number => Math.floor(next() ** 2 * count);
  const made = new Set<string>();
  const add = (text: string): unknown => made.add(text);

  for (let count = 1; count <= 128; count++) add(' '.repeat(count));
  for (let count = 1; count <= 32; count++) for (const char of '\n\t') add(char.repeat(count));
  for (let count = 1; count <= 40; count++) for (const start of ['\n', '\n\n', '\r\n']) add(start + ' '.repeat(count));
  for (const text of SEED) add(text);
  for (let i = 0; i < 16_000; i++) {
    const length = 1 + often(6);
    const run = Array.from({ length }, () => pick(PUNCTUATION)).join('');
    add(pick(['', '', '', ' ']) + run + pick(['', '', '', '', '\n', '\n\n', '\r\n']));
  }
  for (const { share, from, to, longest } of SCRIPTS) {
    for (let i = 0; i < share; i++) {
      const chars = Array.from({ length: 1 + below(longest) }, () => String.fromCodePoint(from + often(to - from)));
      add((from < 0x1000 && from !== 0x4e00 ? pick([' ', ' ', '']) : '') + chars.join(''));
    }
  }
  const tokens: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  for (const lead of [0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xf0])
    for (let byte = 0x90; byte < 0xc0; byte++) tokens.push(Uint8Array.of(lead, byte));
  for (let byte = 0x80; byte < 0xc0; byte++) tokens.push(Uint8Array.of(byte, 0x80 + below(64)));
  while (made.size + tokens.length < ORDINARY + 95) {
    const word = Array.from({ length: 1 + below(4) }, () => SYLLABLES[often(SYLLABLES.length)]!).join('');
    const cased = pick('aaaaaaaabc') === 'b' ? word[0]!.toUpperCase() + word.slice(1) : word;
    add(pick(BEFORE) + cased);
  }
  const utf8 = new TextEncoder();
  // One character of ASCII is a byte already.
  for (const text of made) if (!/^[\0-\x7f]$/.test(text) && tokens.length < ORDINARY) tokens.push(utf8.encode(text));
  for (const text of ADDED.split(' ')) tokens.push(utf8.encode(text));
  const idOf = new Map(tokens.map((bytes, id) => [Buffer.from(bytes).toString('latin1'), id]));
  return {
    vocabSize: tokens.length,
    endIds: [ORDINARY, ORDINARY + 2],
    tokenBytes: (id) => tokens[id]!,
    isSpecial: (id) => id >= ORDINARY && (id < FIRST_PLAIN || id > LAST_PLAIN),
    idOf: (latin1) => idOf.get(latin1) ?? -1,
  };
}

/** Tokens of JSON and code that any such vocabulary has. */
const SEED = [
  ...['":', '":"', '": ', '",', '","', '"}', '"},', '"}]', '{"', '[{"', '"]', '],', '},{"', ' "', ' {"', '": "', ': ['],
  ...['":[', '":{', '"\n', '",\n', '{\n', '[\n', '},\n', '],\n', '}\n', ']\n', '"},{"', '"]}', '}}', ']]', '""', '\\"'],
  ...[
    '\\n',
    '\\u',
    ' true',
    ' false',
    ' null',
    'true',
    'false',
    'null',
    '</',
    'function',
    'parameter',
    'tool',
    '_call',
  ],
  ...['name', 'type', 'value', 'id', 'city', 'date', 'email', 'title', 'tags', 'items', 'count', 'price', 'unit'],
  ...['"name', '"type', '"value', '"id', '"city', '"date', '"email', '"title', '"tags', '"items', '"count', '"price'],
  ...['>\n', '>\n\n', '="', '">', '<', '=', 'get', '_weather', 'Paris', ' Paris', 'celsius', '-0', '-1', '20', '.5'],
];

/** Numbers from 0 to 1, the same each time (mulberry32, Tommy Ettinger). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
