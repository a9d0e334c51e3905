import type { ChatMessage, InputItem } from '@lantern/api';
import { badField } from '../http/api-error.ts';
import type { FieldNames } from './field-names.ts';
import { readContent, readText } from './read-content.ts';
import { reasoningOf } from './reasoning-code.ts';

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;
type CallItem = Extract<InputItem, { type: 'function_call' }>;
type OutputItem = Extract<InputItem, { type: 'function_call_output' }>;

/**
 * Makes chat messages of the items of a conversation. What the model did in one turn (thought, said, called) comes as
 * several items and is one message.
 */
export class ItemReader {
  readonly messages: ChatMessage[] = [];
  readonly #names: FieldNames;
  /** The message that further items of the assistant belong to. */
  #turn: AssistantMessage | null = null;
  readonly #calls = new Set<string>();

  /** `names` is told where the messages came from. */
  constructor(names: FieldNames) {
    this.#names = names;
  }

  /** Adds an item; `where` is what the client calls it. Throws a 400 for what no chat can have. */
  add(item: InputItem, where: string): void {
    switch (item.type) {
      case undefined:
      case null:
      case 'message':
        this.#message(item, where);
        break;
      case 'reasoning':
        this.#turn = null;
        this.#assistant(where).reasoning_content = reasoningOf(item);
        break;
      case 'function_call':
        this.#call(item, where);
        break;
      case 'function_call_output':
        this.#output(item, where);
        break;
      case 'web_search_call':
        // What a search found went into the answer that follows it.
        break;
      case 'item_reference':
        throw new TypeError(`${where} is a reference; it is looked up before items are read`);
    }
  }

  #message({ role, content }: Extract<InputItem, { role: string }>, where: string): void {
    if (role === 'assistant') {
      const text = readText(content, `${where}.content`);
      const hasSpoken = this.#turn !== null && (this.#turn.content !== '' || this.#turn.tool_calls);
      if (hasSpoken) this.#turn = null;
      this.#assistant(where).content = text;
    } else if (role === 'user') {
      this.#other({ role, content: readContent(content, `${where}.content`, this.#next, this.#names) }, where);
    } else {
      this.#other({ role: 'system', content: readText(content, `${where}.content`) }, where);
    }
  }

  #call({ call_id: id, name, arguments: text }: CallItem, where: string): void {
    if (text.trim() !== '' && !isObjectText(text))
      throw badField(`${where}.arguments`, `${where}.arguments is not the JSON text of an object`);
    this.#calls.add(id);
    const turn = this.#assistant(where);
    turn.tool_calls = [...(turn.tool_calls ?? []), { id, type: 'function', function: { name, arguments: text } }];
  }

  #output({ call_id: id, output }: OutputItem, where: string): void {
    if (!this.#calls.has(id))
      throw badField(
        `${where}.call_id`,
        `${where}.call_id is ${JSON.stringify(id)}; no function_call before it has this id`,
      );
    this.#names.add(`${this.#next}.content`, `${where}.output`);
    this.#other(
      { role: 'tool', tool_call_id: id, content: readContent(output, `${where}.output`, this.#next, this.#names) },
      where,
    );
  }

  /** What the chat calls the message that comes next. */
  get #next(): string {
    return `messages[${this.messages.length}]`;
  }

  #other(message: ChatMessage, where: string): void {
    this.#turn = null;
    this.#push(message, where);
  }

  /** The assistant's open message. */
  #assistant(where: string): AssistantMessage {
    if (this.#turn) return this.#turn;
    const turn: AssistantMessage = { role: 'assistant', content: '' };
    this.#push(turn, where);
    this.#turn = turn;
    return turn;
  }

  #push(message: ChatMessage, where: string): void {
    this.#names.add(this.#next, where);
    this.messages.push(message);
  }
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
