import type {
  AnthropicInputBlock,
  AnthropicMessage,
  ChatMessage,
  MessagesRequest,
  UserContentPart,
} from '@lantern/api';
import { badField } from '../http/api-error.ts';
import type { FieldNames } from '../responses/field-names.ts';
import { asContent, readBlock } from './read-blocks.ts';
import { checkSignature } from './thinking-signature.ts';

type Block<Type extends AnthropicInputBlock['type']> = Extract<AnthropicInputBlock, { type: Type }>;
type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;

/** A line that Claude Code puts before its system prompt. It changes with every request and would spoil the cache. */
const BILLING = /^x-anthropic-billing-header:/;

/**
 * Makes chat messages of a conversation in Anthropic's form. Results of tools, which are blocks of the user's messages
 * there, become messages of their own, in their order; one that failed begins with "Error: ". Messages of role `system`
 * join the system prompt, those of `ctx` and `msg` are the user's. `names` is told where the messages came from.
 */
export class ConversationReader {
  readonly messages: ChatMessage[] = [];
  readonly #names: FieldNames;
  readonly #calls = new Set<string>();

  constructor(names: FieldNames) {
    this.#names = names;
  }

  read({ system, messages }: Pick<MessagesRequest, 'system' | 'messages'>): void {
    if (typeof system === 'string') this.#push({ role: 'system', content: system }, 'system');
    else
      for (const [index, { text }] of (system ?? []).entries())
        if (!BILLING.test(text)) this.#push({ role: 'system', content: text }, `system[${index}]`);
    for (const [index, message] of messages.entries()) this.#message(message, `messages[${index}]`);
  }

  #message({ role, content }: AnthropicMessage, where: string): void {
    const blocks: readonly AnthropicInputBlock[] =
      typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    if (role === 'assistant') this.#assistant(blocks, where);
    else if (role === 'system') this.#system(blocks, where);
    else this.#user(blocks, where);
  }

  #user(blocks: readonly AnthropicInputBlock[], where: string): void {
    let parts: UserContentPart[] = [];
    const end = () => {
      if (parts.length > 0) this.#push({ role: 'user', content: asContent(parts) }, where);
      parts = [];
    };
    for (const [index, block] of blocks.entries()) {
      const at = `${where}.content[${index}]`;
      if (block.type === 'tool_result') {
        end();
        this.#result(block, at);
      } else if (block.type === 'text' || block.type === 'image' || block.type === 'document') {
        parts.push(readBlock(block, at, this.#partName(parts.length), this.#names));
      } else {
        throw wrongPlace(block, at, 'the user');
      }
    }
    end();
  }

  #system(blocks: readonly AnthropicInputBlock[], where: string): void {
    const texts = blocks.map((block, index) => {
      if (block.type === 'text') return block.text;
      throw wrongPlace(block, `${where}.content[${index}]`, 'a system message');
    });
    this.#push({ role: 'system', content: texts.join('') }, where);
  }

  #assistant(blocks: readonly AnthropicInputBlock[], where: string): void {
    const message: AssistantMessage = { role: 'assistant', content: '' };
    const thoughts: string[] = [];
    let text = '';
    for (const [index, block] of blocks.entries()) {
      const at = `${where}.content[${index}]`;
      if (block.type === 'text') text += block.text;
      else if (block.type === 'tool_use') message.tool_calls = [...(message.tool_calls ?? []), this.#call(block)];
      else if (block.type === 'thinking') {
        checkSignature(block.thinking, block.signature, at);
        thoughts.push(block.thinking);
      } else if (block.type !== 'redacted_thinking') throw wrongPlace(block, at, 'the assistant');
    }
    message.content = text;
    if (thoughts.length > 0) message.reasoning_content = thoughts.join('\n\n');
    this.#push(message, where);
  }

  #call({ id, name, input }: Block<'tool_use'>) {
    this.#calls.add(id);
    return { id, type: 'function' as const, function: { name, arguments: input } };
  }

  #result({ tool_use_id: id, content, is_error: failed }: Block<'tool_result'>, where: string): void {
    if (!this.#calls.has(id))
      throw badField(
        `${where}.tool_use_id`,
        `${where}.tool_use_id is ${JSON.stringify(id)}; no tool_use before it has this id`,
      );
    const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? []);
    // One that failed says so in its first text, or before the picture that it begins with.
    const said = failed && blocks[0]?.type !== 'text' ? 1 : 0;
    const parts = blocks.map((block, index) =>
      readBlock(block, `${where}.content[${index}]`, this.#partName(index + said), this.#names),
    );
    if (failed) {
      const first = parts[0]?.type === 'text' ? parts.shift() : undefined;
      parts.unshift({ type: 'text', text: `Error: ${first?.type === 'text' ? first.text : ''}` });
    }
    this.#push({ role: 'tool', tool_call_id: id, content: asContent(parts) }, where);
  }

  /** What the chat calls a part of the message that comes next. */
  #partName(index: number): string {
    return `messages[${this.messages.length}].content[${index}]`;
  }

  #push(message: ChatMessage, where: string): void {
    this.#names.add(`messages[${this.messages.length}]`, where);
    this.messages.push(message);
  }
}

function wrongPlace({ type }: AnthropicInputBlock, where: string, whose: string): Error {
  return badField(where, `${where} is of type ${type}; ${whose} cannot say this`);
}
