import type { ChatStream } from './chat-stream.ts';
import type { ChatRequest, ChatResult } from './chat-types.ts';
import type { LanternClient } from './lantern-client.ts';

/** What went over the wire for an answer, as it happened. A key is never part of it. */
export type WireEvent =
  /** Sent once; further attempts send the same. */
  | { type: 'request'; url: string; body: object }
  /** A reply has begun; its `status` is that of a success. `requestId` is the server's name for the request, if told. */
  | { type: 'reply'; status: number; requestId: string | null }
  /** The `data` of one server-sent event, before it is read; or the whole body of a reply that is no stream. */
  | { type: 'data'; data: string };

/** One request for a chat answer and everything that came of it: the record that every view of an answer reads. */
export type Exchange = {
  request: { url: string; body: object };
  /** When it was sent, in milliseconds since 1970. */
  startedAt: number;
  /** Null as long as no reply has begun. `atMs` counts from the sending, here and in events. */
  reply: { status: number; requestId: string | null; atMs: number } | null;
  events: ExchangeEvent[];
  /** The whole answer; null until it has ended, and for ever where it was cut off. */
  result: ChatResult | null;
  /** Why there is no result, where there is none. */
  failure: unknown;
  /** Null while it goes on. */
  endedMs: number | null;
};

export type ExchangeEvent = { atMs: number; data: string };

/** An answer on its way and its record, which grows until `stream.result` settles. */
export type RecordedChat = { stream: ChatStream; exchange: Exchange };

/** Asks for an answer as `client.chat` does, and keeps what went over the wire. `now` gives milliseconds. */
export function recordChat(
  client: LanternClient,
  request: ChatRequest,
  { signal, now = () => performance.now() }: { signal?: AbortSignal | undefined; now?: () => number } = {},
): RecordedChat {
  const began = now();
  const exchange: Exchange = {
    request: { url: '', body: {} },
    startedAt: Date.now(),
    reply: null,
    events: [],
    result: null,
    failure: null,
    endedMs: null,
  };
  const onWire = (event: WireEvent) => {
    const atMs = now() - began;
    if (event.type === 'request') exchange.request = { url: event.url, body: event.body };
    else if (event.type === 'reply') exchange.reply = { status: event.status, requestId: event.requestId, atMs };
    else exchange.events.push({ atMs, data: event.data });
  };
  const stream = client.chat(request, { signal, onWire });
  stream.result.then(
    (result) => {
      exchange.result = result;
      exchange.endedMs = now() - began;
    },
    (reason: unknown) => {
      exchange.failure = reason;
      exchange.endedMs = now() - began;
    },
  );
  return { stream, exchange };
}
