import { type ChatSink, type ChatStream, openStream } from './chat-stream.ts';
import type { ChatRequest } from './chat-types.ts';
import { ClientError } from './client-error.ts';
import type { Connection } from './connection.ts';
import type { ChatOptions } from './lantern-client.ts';
import { readAnswers } from './read-answers.ts';

const PATH = 'chat/completions';

/** Asks for `count` answers with one request. It ends when `signal` aborts, or when every answer's reader has left. */
export function startChat(
  connection: Connection,
  request: ChatRequest,
  count: number,
  { signal, onWire }: ChatOptions,
): ChatStream[] {
  const left = new AbortController();
  let readers = count;
  const opened = Array.from({ length: count }, () =>
    openStream(() => {
      readers--;
      if (readers === 0) left.abort(new ClientError('all readers have left', { code: 'closed' }));
    }),
  );
  const stop = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const body = {
    ...request,
    ...(count > 1 && { n: count }),
    stream: true,
    stream_options: { include_usage: true },
  };
  const sinks = opened.map(({ sink }) => sink);
  answer(connection, body, sinks, stop, onWire).catch((error: unknown) => {
    for (const sink of sinks) sink.fail(signal?.aborted ? signal.reason : error);
  });
  return opened.map(({ stream }) => stream);
}

async function answer(
  connection: Connection,
  body: object,
  sinks: readonly ChatSink[],
  signal: AbortSignal,
  onWire: ChatOptions['onWire'],
): Promise<void> {
  onWire?.({ type: 'request', url: connection.urlOf(PATH), body });
  const reply = await connection.post(PATH, body, signal);
  onWire?.({ type: 'reply', status: reply.status, requestId: reply.requestId });
  await readAnswers(reply, sinks, (data) => onWire?.({ type: 'data', data }));
}
