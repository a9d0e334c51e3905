import type { ChatRequest } from '@lantern/client';
import { type ChatEvent, ClientError, type Exchange, type LanternClient, recordChat } from '@lantern/client';
import { afterPause } from '../lib/after-pause.ts';
import type { AnswerFailure, AssistantMessage } from '../store/records.ts';

/** How often what has come so far is kept. */
const SAVE_MS = 1000;

export type AnswerSinks = {
  /** A new state, as often as a screen can show it. */
  show(message: AssistantMessage): void;
  /** A state to keep. */
  save(message: AssistantMessage): void;
  /** The end; null where nothing was sent. */
  end(message: AssistantMessage, exchange: Exchange | null): void;
};

/** An answer while it streams in. */
export class RunningAnswer {
  #message: AssistantMessage;
  readonly #sinks: AnswerSinks;
  readonly #stop = new AbortController();
  readonly #began = performance.now();
  #savedAt = this.#began;
  #isShowing = false;

  constructor(message: AssistantMessage, sinks: AnswerSinks) {
    this.#message = message;
    this.#sinks = sinks;
  }

  /** Ends the request; what has come stays. */
  stop(): void {
    this.#stop.abort();
  }

  /** Asks and reads to the end. Never rejects: failures are part of the message. */
  async run(client: LanternClient, prepare: () => Promise<ChatRequest>): Promise<void> {
    let exchange: Exchange | null = null;
    try {
      const { stream, exchange: record } = recordChat(client, await prepare(), { signal: this.#stop.signal });
      exchange = record;
      for await (const event of stream) {
        this.#take(event);
        this.#showSoon();
      }
      const { finishReason, usage, timings } = await stream.result;
      this.#change({ state: 'done', finishReason, facts: { ...this.#message.facts, usage, timings } });
    } catch (error) {
      if (this.#stop.signal.aborted) this.#change({ state: 'stopped' });
      else this.#change({ state: 'failed', failure: failureOf(error) });
    }
    const { facts } = this.#message;
    const endMs = this.#now();
    this.#change({
      facts: { ...facts, endMs, thoughtMs: this.#message.reasoning === '' ? null : (facts.thoughtMs ?? endMs) },
    });
    this.#sinks.show(this.#message);
    this.#sinks.end(this.#message, exchange);
  }

  #take(event: ChatEvent): void {
    const { content, reasoning, toolCalls } = this.#message;
    if (event.type === 'reasoning') this.#grow({ reasoning: reasoning + event.text }, false);
    if (event.type === 'content') this.#grow({ content: content + event.text }, true);
    if (event.type === 'tool-call-start')
      this.#grow({ toolCalls: [...toolCalls, { id: event.id, name: event.name, arguments: '' }] }, true);
    if (event.type === 'tool-call-arguments')
      this.#grow(
        {
          toolCalls: toolCalls.map((call, index) =>
            index === event.index ? { ...call, arguments: call.arguments + event.text } : call,
          ),
        },
        true,
      );
    if (event.type === 'tool-call-end')
      this.#change({ toolCalls: toolCalls.map((call, index) => (index === event.index ? event.call : call)) });
  }

  #grow(change: Partial<AssistantMessage>, isThought: boolean): void {
    const { facts, reasoning } = this.#message;
    const now = this.#now();
    this.#change({
      ...change,
      facts: {
        ...facts,
        firstMs: facts.firstMs ?? now,
        thoughtMs: facts.thoughtMs ?? (isThought && reasoning !== '' ? now : null),
        pieces: facts.pieces + 1,
      },
    });
  }

  #change(change: Partial<AssistantMessage>): void {
    this.#message = { ...this.#message, ...change };
  }

  #showSoon(): void {
    if (this.#isShowing) return;
    this.#isShowing = true;
    afterPause(pauseFor(this.#message), () => {
      this.#isShowing = false;
      if (this.#message.state !== 'streaming') return;
      this.#sinks.show(this.#message);
      const now = performance.now();
      if (now - this.#savedAt < SAVE_MS) return;
      this.#savedAt = now;
      this.#sinks.save(this.#message);
    });
  }

  #now(): number {
    return performance.now() - this.#began;
  }
}

/** Long texts take longer to show; they are shown less often, so that the page always has time for the person. */
function pauseFor({ content, reasoning }: AssistantMessage): number {
  return Math.min((content.length + reasoning.length) / 500, 250);
}

function failureOf(error: unknown): AnswerFailure {
  if (error instanceof ClientError) {
    const { message, status, code, retryAfter } = error;
    return { message, status, code, retryAfter };
  }
  return {
    message: error instanceof Error ? error.message : String(error),
    status: null,
    code: null,
    retryAfter: null,
  };
}
