import { LanternError } from '../errors.ts';

/**
 * An answer while it comes: iterate it for its events, or await `result` for the whole. Both can be done; the events go
 * to one iteration. Leaving the iteration early stops the answer; `result` then rejects.
 */
export class AnswerStream<Event, Result> implements AsyncIterable<Event> {
  /** Tokens of the prompt. */
  readonly promptTokens: number;
  /** Whether the answer begins with thinking. */
  readonly startsInThinking: boolean;
  /** The whole answer, when it has ended. Rejects with what iteration throws. */
  readonly result: Promise<Result>;
  readonly #events: EventQueue<Event>;

  /** See `openAnswer`. */
  constructor(about: AnswerBeginning, events: EventQueue<Event>, result: Promise<Result>) {
    this.promptTokens = about.promptTokens;
    this.startsInThinking = about.startsInThinking;
    this.#events = events;
    this.result = result;
    // Whoever only iterates hears of a failure there.
    result.catch(() => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return this.#events;
  }
}

/** What is known of an answer before it comes. */
export type AnswerBeginning = { promptTokens: number; startsInThinking: boolean };

/** The end of an answer at which it is made. */
export type AnswerSink<Event, Result> = {
  push(event: Event): void;
  finish(result: Result): void;
  fail(reason: unknown): void;
};

/** Both ends of a new answer. `abandoned` aborts when its reader leaves before it has ended. */
export function openAnswer<Event, Result>(
  about: AnswerBeginning,
): {
  stream: AnswerStream<Event, Result>;
  sink: AnswerSink<Event, Result>;
  abandoned: AbortSignal;
} {
  const left = new AbortController();
  const events = new EventQueue<Event>(() =>
    left.abort(new LanternError('closed', 'the reader of the answer left before its end')),
  );
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  return {
    stream: new AnswerStream(about, events, promise),
    sink: {
      push: (event) => events.push(event),
      finish: (result) => {
        resolve(result);
        events.end();
      },
      fail: (reason) => {
        reject(reason);
        events.fail(reason);
      },
    },
    abandoned: left.signal,
  };
}

/** Events that are not fetched yet, first in, first out. */
class EventQueue<Event> implements AsyncIterator<Event, undefined> {
  #events: Event[] = [];
  readonly #onLeave: () => void;
  #ended = false;
  #failure: { reason: unknown } | null = null;
  /** Readers that wait for an event. */
  #readers: (() => void)[] = [];

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(event: Event): void {
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

  async next(): Promise<IteratorResult<Event, undefined>> {
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

  async return(): Promise<IteratorResult<Event, undefined>> {
    const early = !this.#ended;
    this.#events = [];
    this.#failure = null;
    this.end();
    if (early) this.#onLeave();
    return { done: true, value: undefined };
  }

  #wake(): void {
    for (const resume of this.#readers.splice(0)) resume();
  }
}
