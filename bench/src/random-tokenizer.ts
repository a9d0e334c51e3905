import { Random } from '../../packages/engine/src/generate/random.ts';
import { byteAlphabet } from '../../packages/engine/src/tokenizer/byte-alphabet.ts';
import type { TokenizerSource } from '../../packages/engine/src/tokenizer/source.ts';

/** Ordinary tokens of Qwen 3.5; those that follow are added ones. */
const ORDINARY = 248_044;
/** Tokens that are no text: each is one token wherever it stands. */
export const ADDED_TOKENS: readonly string[] = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<think>',
  '</think>',
  '<tool_call>',
  '</tool_call>',
];
const LONGEST = 16;
const NORMAL = 1;
const CONTROL = 3;

/** A byte-level BPE of the size of Qwen 3.5's: all bytes, then random merges of what was there before. */
export function randomTokenizer(seed: number): TokenizerSource {
  const random = new Random(seed);
  const tokens = [...byteAlphabet];
  const known = new Set(tokens);
  const merges: string[] = [];
  while (tokens.length < ORDINARY) {
    const [left, right] = [tokens[often(random, tokens.length)]!, tokens[often(random, tokens.length)]!];
    const token = left + right;
    if (token.length > LONGEST || known.has(token)) continue;
    known.add(token);
    tokens.push(token);
    merges.push(`${left} ${right}`);
  }
  tokens.push(...ADDED_TOKENS);
  const idOf = (token: string) => tokens.lastIndexOf(token);
  return {
    kind: 'gguf',
    model: 'gpt2',
    pre: 'qwen35',
    tokens,
    tokenTypes: tokens.map((_, id) => (id < ORDINARY ? NORMAL : CONTROL)),
    merges,
    eosTokenId: idOf('<|im_end|>'),
    bosTokenId: null,
    paddingTokenId: idOf('<|endoftext|>'),
  };
}

/** Low numbers more often than high ones, as early merges are taken up more often. */
function often(random: Random, count: number): number {
  return Math.floor(random.next() ** 3 * count);
}
