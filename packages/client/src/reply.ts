import { ClientError } from './client-error.ts';
import { brokenError, timeoutError } from './failures.ts';
import type { Patience } from './patience.ts';
import { streamError } from './refusal.ts';

export type ReplyContext = { timeoutMs: number; key: string | null; signal: AbortSignal | undefined };

/** A reply whose body is still to come. */
export class Reply {
  readonly url: URL;
  readonly status: number;
  readonly contentType: string;
  /** The server's name for the request; null where it tells none. */
  readonly requestId: string | null;
  readonly #response: Response;
  readonly #patience: Patience;
  readonly #context: ReplyContext;

  constructor(url: URL, response: Response, patience: Patience, context: ReplyContext) {
    this.url = url;
    this.status = response.status;
    this.contentType = response.headers.get('content-type') ?? '';
    this.requestId = response.headers.get('x-request-id');
    this.#response = response;
    this.#patience = patience;
    this.#context = context;
  }

  /**
   * The body as it comes. Leaving early closes the connection. Throws the reason of the caller's signal, or a ClientError
   * where the body breaks off or nothing comes for too long.
   */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    // Not every browser can iterate a ReadableStream.
    const reader = this.#response.body?.getReader();
    if (!reader) return this.#patience.end();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        this.#patience.heard();
        yield value;
      }
    } catch (error) {
      throw this.#explain(error);
    } finally {
      this.#patience.end();
      // Does nothing to a body that has ended or failed.
      await reader.cancel().catch(() => undefined);
    }
  }

  /** The body as text, at most its beginning. */
  async text(mostCharacters: number = Number.POSITIVE_INFINITY): Promise<string> {
    const utf8 = new TextDecoder();
    let text = '';
    for await (const piece of this.pieces()) {
      text += utf8.decode(piece, { stream: true });
      if (text.length >= mostCharacters) return text.slice(0, mostCharacters);
    }
    return text + utf8.decode();
  }

  /** All that matters has come; the server has so long to end the reply, so that the connection can be used again. */
  endWithin(milliseconds: number): void {
    this.#patience.endWithin(milliseconds);
  }

  async cancel(): Promise<void> {
    this.#patience.end();
    await this.#response.body?.cancel().catch(() => undefined);
  }

  /** The error that the server tells in the middle of the reply. */
  failure(data: unknown): ClientError {
    return streamError(this.url, data, this.#context.key);
  }

  #explain(error: unknown): unknown {
    const { signal, timeoutMs } = this.#context;
    if (signal?.aborted) return signal.reason;
    if (this.#patience.isOver) return timeoutError(this.url, timeoutMs);
    return error instanceof ClientError ? error : brokenError(this.url, error);
  }
}
