import type { Annotation, OutputItem, ResponseEvent, ResponseObject } from '@lantern/api';
import type { Tokenizer } from '@lantern/engine';
import type { ServedEnd, ServedEvent } from '../chat/run-chat.ts';
import { ContentLogprobs } from '../chat/token-logprobs.ts';
import { itemId } from './conversation-of.ts';
import { beginEvents, deltaEvent, endEvents, type NewEvent } from './item-events.ts';
import { type ItemStatus, type OpenItem, type OpenMessage, wholeItem } from './open-item.ts';
import { finishedResponse } from './response-head.ts';

export type ResponseBuilderOptions = {
  /** The response before anything came out. */
  head: ResponseObject;
  /** Makes the ids of items. */
  key: string;
  /** Null where no log-probabilities were asked for. */
  tokenizer: Tokenizer | null;
  /** Whether thoughts are wanted in `encrypted_content` too. */
  encodesReasoning: boolean;
};

/** Puts a response together from the events of its answer, and tells in events of its own how it grows. */
export class ResponseBuilder {
  readonly #options: ResponseBuilderOptions;
  readonly #logprobs: ContentLogprobs | null;
  readonly #output: OutputItem[] = [];
  #open: OpenItem | null = null;
  #events: ResponseEvent[] = [];
  #sequence = 0;

  constructor(options: ResponseBuilderOptions) {
    this.#options = options;
    this.#logprobs = options.tokenizer && new ContentLogprobs(options.tokenizer);
  }

  /** What a stream begins with. */
  begin(): ResponseEvent[] {
    const { head: response } = this.#options;
    this.#tell({ type: 'response.created', response }, { type: 'response.in_progress', response });
    return this.#take();
  }

  /** The events that an event of the answer makes. */
  of(event: Exclude<ServedEvent, { type: 'end' }>): ResponseEvent[] {
    if (event.type === 'token') this.#logprobs?.add(event);
    if (event.type === 'reasoning') this.#grow(this.#thought(), event.text);
    if (event.type === 'content') this.#grow(this.#message(), event.text);
    if (event.type === 'tool-call-start')
      this.#start({ kind: 'call', callId: event.id, name: event.name, ...this.#next('fc') });
    if (event.type === 'tool-call-arguments' && this.#open) this.#grow(this.#open, event.text);
    return this.#take();
  }

  /** All items end. An answer of which nothing came has an empty text. */
  close({ result: { content, finishReason }, annotations }: ServedEnd): ResponseEvent[] {
    const isCut = finishReason === 'length';
    const hasAnswered = this.#output.some(({ type }) => type !== 'reasoning');
    if (!isCut && !hasAnswered && (!this.#open || this.#open.kind === 'reasoning')) this.#message();
    if (this.#open?.kind === 'message') this.#cite(this.#open, content, annotations);
    this.#end(isCut ? 'incomplete' : 'completed');
    return this.#take();
  }

  /** The response once all items have ended. */
  response(end: ServedEnd): ResponseObject {
    return finishedResponse(this.#options.head, [...this.#output], end);
  }

  /** What a stream ends with. */
  last(response: ResponseObject): ResponseEvent[] {
    this.#tell({ type: response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', response });
    return this.#take();
  }

  /** What a stream ends with where the answer fails. */
  failed(code: string, message: string): ResponseEvent[] {
    const { head } = this.#options;
    const begun = this.#open ? [this.#whole(this.#open, 'incomplete')] : [];
    const output = [...this.#output, ...begun];
    const response: ResponseObject = { ...head, status: 'failed', store: false, error: { code, message }, output };
    this.#tell({ type: 'response.failed', response });
    return this.#take();
  }

  #thought(): OpenItem {
    const { kind } = this.#open ?? {};
    return kind === 'reasoning' ? this.#open! : this.#start({ kind: 'reasoning', ...this.#next('rs') });
  }

  #message(): OpenItem {
    const { kind } = this.#open ?? {};
    return kind === 'message'
      ? this.#open!
      : this.#start({ kind: 'message', annotations: [], logprobs: [], ...this.#next('msg') });
  }

  /** What an item begins with that comes after the open one. */
  #next(prefix: string): { id: string; index: number; text: string } {
    const index = this.#output.length + (this.#open ? 1 : 0);
    return { id: itemId(prefix, this.#options.key, index), index, text: '' };
  }

  #start<Item extends OpenItem>(item: Item): Item {
    this.#end('completed');
    this.#open = item;
    this.#tell(...beginEvents(item));
    return item;
  }

  #grow(item: OpenItem, text: string): void {
    // Tokens of thoughts and calls are none of the text.
    const tokens = this.#logprobs?.take() ?? [];
    const logprobs = item.kind === 'message' ? tokens : [];
    item.text += text;
    if (item.kind === 'message') item.logprobs.push(...logprobs);
    this.#tell(deltaEvent(item, text, logprobs));
  }

  /** Puts to the last text the sources that it cites; they are known by their places in the whole `content`. */
  #cite(item: OpenMessage, content: string, annotations: readonly Annotation[]): void {
    const begin = content.length - item.text.length;
    item.annotations = annotations.flatMap(({ url_citation: { url, title, start_index: from, end_index: to } }) =>
      from < begin ? [] : [{ type: 'url_citation', url, title, start_index: from - begin, end_index: to - begin }],
    );
  }

  /** The open item ends, if there is one. */
  #end(status: ItemStatus): void {
    const item = this.#open;
    if (!item) return;
    const whole = this.#whole(item, status);
    this.#open = null;
    this.#output.push(whole);
    this.#tell(...endEvents(item, whole));
  }

  #whole(item: OpenItem, status: ItemStatus): OutputItem {
    return wholeItem(item, status, this.#options.encodesReasoning);
  }

  #tell(...events: NewEvent[]): void {
    for (const event of events) this.#events.push({ ...event, sequence_number: this.#sequence++ } as ResponseEvent);
  }

  #take(): ResponseEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
