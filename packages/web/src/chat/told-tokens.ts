import { readTokens, type TokenEvent, type TokenText } from '@lantern/client';
import { unpackEvents } from '../store/pack-exchange.ts';
import type { StoredExchange } from '../store/records.ts';

/** Every token of a record that came with its log-probability; none where it was asked for without. */
export function toldTokens(exchange: StoredExchange): TokenEvent[] {
  return unpackEvents(exchange).flatMap(({ data }) => (data.includes('"logprobs"') ? tokensOf(data) : []));
}

function tokensOf(data: string): TokenEvent[] {
  try {
    const { choices } = JSON.parse(data) as { choices?: { logprobs?: unknown }[] };
    return readTokens(choices?.[0]?.logprobs);
  } catch {
    return [];
  }
}

/** How likely a token was, from 0 to 1. */
export function shareOf({ logprob }: TokenText): number {
  return Math.exp(logprob);
}

/** What a token could have been, likeliest first, itself among them. */
export function candidatesOf(token: TokenEvent): TokenText[] {
  const isAmong = token.top.some((other) => isSame(other, token));
  return (isAmong ? token.top : [...token.top, token]).toSorted((a, b) => b.logprob - a.logprob);
}

export function isSame(a: TokenText, b: TokenText): boolean {
  return a.token === b.token && a.bytes?.join() === b.bytes?.join();
}

/** Between how many tokens, all equally likely, the model chose on average. */
export function perplexityOf(tokens: readonly TokenText[]): number {
  return Math.exp(-tokens.reduce((sum, { logprob }) => sum + logprob, 0) / tokens.length);
}

/** A token for people: line breaks and tabs as signs; bytes that are only a part of a letter as numbers. */
export function shownToken({ token, bytes }: TokenText): string {
  if (token.includes('\uFFFD') && bytes)
    return `⟨${bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')}⟩`;
  return token.replaceAll('\n', '↵').replaceAll('\t', '⇥');
}
