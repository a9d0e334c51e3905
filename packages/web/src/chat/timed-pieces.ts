import { unpackEvents } from '../store/pack-exchange.ts';
import type { StoredExchange } from '../store/records.ts';

export type PieceKind = 'thinking' | 'answer' | 'call' | 'other';

/** An event of a stream: when it came, what it carried, its text as sent. */
export type TimedPiece = { atMs: number; kind: PieceKind; data: string };

/** The events of a record, told apart by what they carry. */
export function timedPieces(exchange: StoredExchange): TimedPiece[] {
  return unpackEvents(exchange).map(({ atMs, data }) => ({ atMs, kind: kindOf(data), data }));
}

type Chunk = { choices?: { delta?: Record<string, unknown>; message?: Record<string, unknown> }[] };

function kindOf(data: string): PieceKind {
  let chunk: Chunk | null;
  try {
    chunk = JSON.parse(data) as Chunk | null;
  } catch {
    return 'other';
  }
  const said = chunk?.choices?.[0]?.delta ?? chunk?.choices?.[0]?.message;
  if (!said) return 'other';
  if (Array.isArray(said.tool_calls) && said.tool_calls.length > 0) return 'call';
  if (said.content) return 'answer';
  return said.reasoning_content || said.reasoning ? 'thinking' : 'other';
}
