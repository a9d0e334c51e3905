import { unpackEvents } from '../store/pack-exchange.ts';
import type { StoredExchange } from '../store/records.ts';

export type PieceKind = 'thinking' | 'answer' | 'call' | 'other';

/** An event of a stream. */
export type TimedPiece = {
  atMs: number;
  /** Since the event before it, or since the sending. */
  gapMs: number;
  kind: PieceKind;
  /** The text that it carried; of an event of another kind, what it is. */
  text: string;
  /** As sent. */
  data: string;
};

/** The events of a record, told apart by what they carry. */
export function timedPieces(exchange: StoredExchange): TimedPiece[] {
  let lastMs = 0;
  return unpackEvents(exchange).map(({ atMs, data }) => {
    const gapMs = atMs - lastMs;
    lastMs = atMs;
    return { atMs, gapMs, ...contentOf(data), data };
  });
}

/** Gaps this much longer than the usual one are stalls, where a person could notice them. */
const STALL_FACTOR = 3;
const LEAST_STALL_MS = 50;
/** Events so close together came in one piece over the wire. */
const TOGETHER_MS = 1;

/** From how many milliseconds on a gap between pieces of text is a stall of this answer. */
export function stallThreshold(pieces: readonly TimedPiece[]): number {
  const gaps = pieces.slice(firstText(pieces) + 1).flatMap(({ gapMs }) => (gapMs > TOGETHER_MS ? [gapMs] : []));
  gaps.sort((a, b) => a - b);
  return Math.max(STALL_FACTOR * (gaps[Math.floor(gaps.length / 2)] ?? 0), LEAST_STALL_MS);
}

/** Where the stalls end: pieces that came late. The wait for the first text is none. */
export function stallsOf(pieces: readonly TimedPiece[]): number[] {
  const least = stallThreshold(pieces);
  const first = firstText(pieces);
  return pieces.flatMap(({ gapMs }, index) => (index > first && gapMs >= least ? [index] : []));
}

function firstText(pieces: readonly TimedPiece[]): number {
  const first = pieces.findIndex(({ kind }) => kind !== 'other');
  return first < 0 ? pieces.length : first;
}

type Said = {
  role?: unknown;
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  tool_calls?: { function?: { name?: string; arguments?: string } }[];
};
type Choice = { delta?: Said; message?: Said; finish_reason?: unknown };
type Chunk = { choices?: Choice[]; usage?: unknown; error?: unknown };

function contentOf(data: string): Pick<TimedPiece, 'kind' | 'text'> {
  const chunk = parse(data);
  const choice = chunk?.choices?.[0];
  const said = choice?.delta ?? choice?.message ?? {};
  const calls = Array.isArray(said.tool_calls) ? said.tool_calls : [];
  if (calls.length > 0) {
    const pieces = calls.map((call) => `${call.function?.name ?? ''}${call.function?.arguments ?? ''}`);
    return { kind: 'call', text: pieces.join('') };
  }
  if (said.content) return { kind: 'answer', text: String(said.content) };
  const thought = said.reasoning_content || said.reasoning;
  if (thought) return { kind: 'thinking', text: String(thought) };
  return { kind: 'other', text: otherName(data, chunk, choice) };
}

function otherName(data: string, chunk: Chunk | null, choice: Choice | undefined): string {
  if (chunk === null) return data.trim() === '[DONE]' ? 'end of the stream' : data;
  if (chunk.error) return 'error';
  if (choice?.finish_reason) return `finish reason: ${String(choice.finish_reason)}`;
  if (chunk.usage) return 'usage';
  if (choice?.delta?.role) return 'beginning';
  return choice ? 'nothing new' : 'no choice';
}

function parse(data: string): Chunk | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
