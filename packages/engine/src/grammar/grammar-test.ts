import { readFileSync } from 'node:fs';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Config } from './automaton/machine.ts';
import type { Grammar } from './grammar.ts';
import { GrammarMatcher } from './grammar-matcher.ts';
import { TokenTrie } from './token-trie.ts';

// For tests of grammars.

const utf8 = new TextEncoder();

/** A tokenizer of the fixtures, or of the built-in model. */
export function testTokenizer(folder = '../../fixtures/tokenizer'): Tokenizer {
  const tokenizerJson = readFileSync(new URL(`${folder}/tokenizer.json`, import.meta.url), 'utf8');
  return Tokenizer.from({ kind: 'json', tokenizerJson, tokenizerConfigJson: null });
}

/** The readings after a text; null where it may not come. */
export function after(grammar: Grammar, text: string | Uint8Array): Config | null {
  let config: Config | null = grammar.start;
  for (const byte of typeof text === 'string' ? utf8.encode(text) : text)
    config = config && grammar.machine.step(config, byte);
  return config;
}

export function accepts(grammar: Grammar, text: string): boolean {
  return after(grammar, text)?.mayEnd ?? false;
}

/** Numbers from 0 to 1, the same each time (mulberry32, Tommy Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The shortest bytes that lead to where the text may end; undefined where `most` steps find none. */
export function shortestEnd(grammar: Grammar, from: Config, most = 200_000): number[] | undefined {
  const open: { config: Config; path: number[] }[] = [{ config: from, path: [] }];
  const seen = new Set([from]);
  for (let i = 0; i < open.length && i < most; i++) {
    const { config, path } = open[i]!;
    if (config.mayEnd) return path;
    for (let byte = 0; byte < 256; byte++) {
      const next = grammar.machine.step(config, byte);
      if (!next || seen.has(next)) continue;
      seen.add(next);
      open.push({ config: next, path: [...path, byte] });
    }
  }
  return undefined;
}

/** Draws tokens that the mask lets through, then ends as soon as it can. Returns the text. */
export function randomText(grammar: Grammar, tokenizer: Tokenizer, random: () => number, tokens = 60): string {
  const trie = TokenTrie.of(tokenizer);
  const end = tokenizer.vocabSize;
  const matcher = new GrammarMatcher(grammar, trie, []);
  const logits = new Float32Array(end);
  const bytes: number[] = [];
  for (let i = 0; i < tokens && !matcher.mustEnd; i++) {
    if (matcher.mayEnd && random() < 0.1) return text(bytes);
    logits.fill(0);
    matcher.mask(logits);
    const allowed = [...logits.keys()].filter((id) => logits[id] === 0);
    if (allowed.length === 0) throw new Error(`nothing may follow ${JSON.stringify(Buffer.from(bytes).toString())}`);
    // Often the end of something, or texts would hardly get past their first string.
    const closing = random() < 0.4 ? allowed.filter((id) => /^["}\],:>\n]/.test(tokenizer.decode([id]))) : [];
    const from = closing.length > 0 ? closing : allowed;
    const id = from[Math.floor(random() * from.length)]!;
    matcher.accept(id);
    bytes.push(...trie.bytesOf(id));
  }
  const config = after(grammar, Uint8Array.from(bytes));
  const rest = config && shortestEnd(grammar, config);
  if (!rest) throw new Error(`no end follows ${JSON.stringify(Buffer.from(bytes).toString())}`);
  return text([...bytes, ...rest]);
}

function text(bytes: readonly number[]): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
