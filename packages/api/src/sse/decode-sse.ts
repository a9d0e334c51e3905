import { SseDecoder, type SseEvent } from './sse-decoder.ts';

/**
 * The events of a body, as they come. Leaving the loop early cancels the body, which closes the connection. What the
 * body throws is thrown on.
 */
export async function* decodeSse(
  body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<SseEvent, void, undefined> {
  // The decoder takes the byte order mark away itself, and only one may go.
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const decoder = new SseDecoder();
  for await (const bytes of 'getReader' in body ? piecesOf(body) : body) {
    yield* decoder.push(utf8.decode(bytes, { stream: true }));
  }
}

/** Reads by a reader, since not every browser can iterate a ReadableStream. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    finished = true;
  } finally {
    // A body that failed cannot be cancelled; its own error is the one to tell.
    if (!finished) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
