import type { ChatEvent, ChatResult } from './chat-types.ts';
import { ClientError } from './client-error.ts';

/**
 * An answer that is on its way. Iterate it for events, or await `result` for the whole. Both can be done; the events go
 * to one iteration. Leaving the iteration early ends the request; `result` then rejects.
 */
export class ChatStream implements AsyncIterable<ChatEvent> {
  /** The whole answer, when it has ended. Rejects with what iteration throws. */
  readonly result: Promise<ChatResult>;
  readonly #events: EventQueue;

  constructor(events: EventQueue, result: Promise<ChatResult>) {
    this.#events = events;
    this.result = result;
    // Whoever only iterates hears of a failure there.
    result.catch(() => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined> {
    return this.#events;
  }
}

/** The end of an answer at which it is made. After `finish` or `fail` nothing more is taken. */
export type ChatSink = {
  push(event: ChatEvent): void;
  finish(result: ChatResult): void;
  fail(reason: unknown): void;
};

/** Both ends of a new answer. `onLeave` is called when its reader leaves before it has ended. */
export function openStream(onLeave: () => void): { stream: ChatStream; sink: ChatSink } {
  const { promise, resolve, reject } = Promise.withResolvers<ChatResult>();
  const events = new EventQueue(() => {
    reject(new ClientError('the reader of the answer left before its end', { code: 'closed' }));
    onLeave();
  });
  const sink: ChatSink = {
    push: (event) => events.push(event),
    finish(result) {
      resolve(result);
      events.push({ type: 'end', result });
      events.end();
    },
    fail(reason) {
      reject(reason);
      events.fail(reason);
    },
  };
  return { stream: new ChatStream(events, promise), sink };
}

/** Events that are not fetched yet, first in, first out. */
class EventQueue implements AsyncIterator<ChatEvent, undefined> {
  #events: ChatEvent[] = [];
  readonly #onLeave: () => void;
  #ended = false;
  #failure: { reason: unknown } | null = null;
  /** Readers that wait for an event. */
  #readers: (() => void)[] = [];

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(event: ChatEvent): void {
    if (this.#ended) return;
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What is queued is still given out; then one reader is thrown the reason. */
  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#failure = { reason };
    this.end();
  }

  async next(): Promise<IteratorResult<ChatEvent, undefined>> {
    while (this.#events.length === 0) {
      if (this.#failure) {
        const { reason } = this.#failure;
        this.#failure = null;
        throw reason;
      }
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resume) => this.#readers.push(resume));
    }
    return { done: false, value: this.#events.shift()! };
  }

  async return(): Promise<IteratorResult<ChatEvent, undefined>> {
    const isEarly = !this.#ended;
    this.#events = [];
    this.#failure = null;
    this.end();
    if (isEarly) this.#onLeave();
    return { done: true, value: undefined };
  }

  #wake(): void {
    for (const resume of this.#readers.splice(0)) resume();
  }
}
