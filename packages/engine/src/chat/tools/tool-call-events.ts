import type { AnswerEvent } from '../chat-types.ts';
import { ArgumentsWriter } from './arguments-writer.ts';

/** A call that is being written. */
export type OpenCall = {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly written: ArgumentsWriter;
};

/** Collects the events of content and calls; neighbours of one kind become one. */
export class ToolCallEvents {
  readonly #newId: () => string;
  #events: AnswerEvent[] = [];
  #calls = 0;
  #hasContent = false;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Whether any content ever came. */
  get hasContent(): boolean {
    return this.#hasContent;
  }

  content(text: string): void {
    if (text === '') return;
    this.#hasContent = true;
    const last = this.#events.at(-1);
    if (last?.type === 'content') last.text += text;
    else this.#events.push({ type: 'content', text });
  }

  /** Begins a call; `parameters` is the schema of its arguments. */
  start(name: string, parameters: unknown): OpenCall {
    const call = { index: this.#calls++, id: this.#newId(), name, written: new ArgumentsWriter(parameters) };
    this.#events.push({ type: 'tool-call-start', index: call.index, id: call.id, name });
    return call;
  }

  /** What the writer of the call's arguments returned. */
  arguments({ index }: OpenCall, text: string): void {
    if (text === '') return;
    const last = this.#events.at(-1);
    if (last?.type === 'tool-call-arguments' && last.index === index) last.text += text;
    else this.#events.push({ type: 'tool-call-arguments', index, text });
  }

  finish(call: OpenCall): void {
    const { index, id, name, written } = call;
    this.arguments(call, written.end());
    this.#events.push({ type: 'tool-call-end', index, call: { id, name, arguments: written.text } });
  }

  /** The events since the last time. */
  take(): AnswerEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
