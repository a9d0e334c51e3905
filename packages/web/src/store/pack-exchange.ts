import { type ChatRequest, ClientError, type Exchange, type ExchangeEvent } from '@lantern/client';
import type { StoredExchange } from './records.ts';

/** Never stands in JSON text, where it would be escaped. */
const SEPARATOR = '\u001e';

/** An exchange as it is kept: two large values instead of ten thousands of small ones, which a database takes in no time. */
export function packExchange(
  id: string,
  conversationId: string,
  { request, startedAt, reply, events, failure, endedMs }: Exchange,
  /** What was asked for, without the data of pictures. */
  asked: ChatRequest,
): StoredExchange {
  const refusal = failure instanceof ClientError ? failure : null;
  return {
    id,
    conversationId,
    url: request.url,
    body: { ...(request.body as StoredExchange['body']), messages: asked.messages },
    startedAt,
    replyMs: reply?.atMs ?? null,
    status: reply?.status ?? refusal?.status ?? null,
    requestId: reply?.requestId ?? refusal?.requestId ?? null,
    ...packEvents(events),
    endedMs,
  };
}

/** Events as they are kept. */
export function packEvents(events: readonly ExchangeEvent[]): Pick<StoredExchange, 'data' | 'atMs'> {
  return {
    data: events.map(({ data }) => data).join(SEPARATOR),
    atMs: Float64Array.from(events, ({ atMs }) => atMs),
  };
}

/** The events of a stored exchange. */
export function unpackEvents({ data, atMs }: StoredExchange): ExchangeEvent[] {
  if (atMs.length === 0) return [];
  return data.split(SEPARATOR).map((text, index) => ({ data: text, atMs: atMs[index]! }));
}
