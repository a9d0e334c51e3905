import type {
  AnthropicOutputBlock,
  AnthropicStopReason,
  AnthropicUsage,
  MessagesEvent,
  MessagesReply,
} from '@lantern/api';
import { schemaNote } from '../chat/chat-reply.ts';
import type { ServedEnd, ServedEvent } from '../chat/run-chat.ts';
import { timingsOf } from '../chat/usage.ts';
import { type BlockDelta, deltaOf, toolUseId, wholeBlock } from './message-blocks.ts';
import { stopOf, usageOf } from './message-end.ts';

/** What is known of a reply before anything of it came. */
export type MessageHead = Pick<MessagesReply, 'id' | 'model' | 'lantern'> & { promptTokens: number };

/** Puts a reply together from the events of its answer, and tells in events of its own how it grows. */
export class MessageBuilder {
  readonly #head: MessageHead;
  readonly #content: AnthropicOutputBlock[] = [];
  /** The block that grows; of a call the text of its arguments. */
  #open: { block: AnthropicOutputBlock; text: string } | null = null;

  constructor(head: MessageHead) {
    this.#head = head;
  }

  /** What a stream begins with. How much of the prompt is remembered is not known yet. */
  begin(): MessagesEvent[] {
    const usage = { input_tokens: this.#head.promptTokens, output_tokens: 0, ...noCache };
    return [{ type: 'message_start', message: this.#message(null, null, usage) }, { type: 'ping' }];
  }

  /** The events that an event of the answer makes. */
  of(event: Exclude<ServedEvent, { type: 'end' }>): MessagesEvent[] {
    const { text } = 'text' in event ? event : { text: '' };
    switch (event.type) {
      case 'token':
        return [];
      case 'reasoning':
        return [...this.#into({ type: 'thinking', thinking: '', signature: '' }), ...this.#grow(text)];
      case 'content':
        return [...this.#into({ type: 'text', text: '', citations: null }), ...this.#grow(text)];
      case 'tool-call-start':
        return this.#start({ type: 'tool_use', id: toolUseId(event.id), name: event.name, input: {} });
      case 'tool-call-arguments':
        return this.#grow(text);
      case 'tool-call-end':
        return this.#end();
    }
  }

  /** What a stream ends with. */
  end({ result }: ServedEnd): MessagesEvent[] {
    const { stop_reason, stop_sequence } = stopOf(result);
    const usage = usageOf(result);
    return [
      ...this.#end(),
      { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage },
      { type: 'message_stop' },
    ];
  }

  /** The whole reply, once the answer has ended. */
  reply({ result, keepsSchema }: ServedEnd): MessagesReply {
    const { stop_reason, stop_sequence } = stopOf(result);
    const reply = this.#message(stop_reason, stop_sequence, usageOf(result));
    const { lantern } = this.#head;
    return {
      ...reply,
      timings: timingsOf([result]),
      ...(lantern && { lantern: { ...lantern, ...schemaNote([keepsSchema]) } }),
    };
  }

  #message(
    stop_reason: AnthropicStopReason | null,
    stop_sequence: string | null,
    usage: AnthropicUsage,
  ): MessagesReply {
    const { promptTokens: _, lantern, ...head } = this.#head;
    const content = [...this.#content];
    return { ...head, type: 'message', role: 'assistant', content, stop_reason, stop_sequence, usage, lantern };
  }

  /** Makes the block that text of this kind belongs to the open one. */
  #into(block: AnthropicOutputBlock): MessagesEvent[] {
    return this.#open?.block.type === block.type ? [] : this.#start(block);
  }

  #start(block: AnthropicOutputBlock): MessagesEvent[] {
    const ended = this.#end();
    this.#open = { block, text: '' };
    return [...ended, { type: 'content_block_start', index: this.#content.length, content_block: block }];
  }

  #grow(text: string): MessagesEvent[] {
    if (!this.#open || text === '') return [];
    this.#open.text += text;
    return [this.#delta(deltaOf(this.#open.block, text))];
  }

  #end(): MessagesEvent[] {
    if (!this.#open) return [];
    const block = wholeBlock(this.#open.block, this.#open.text);
    const signed =
      block.type === 'thinking' ? [this.#delta({ type: 'signature_delta', signature: block.signature ?? '' })] : [];
    const index = this.#content.length;
    this.#open = null;
    this.#content.push(block);
    return [...signed, { type: 'content_block_stop', index }];
  }

  #delta(delta: BlockDelta): MessagesEvent {
    return { type: 'content_block_delta', index: this.#content.length, delta };
  }
}

const noCache = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
