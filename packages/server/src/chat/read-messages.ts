import type { ChatMessage as ApiMessage } from '@lantern/api';
import type { ChatMessage, ContentPart, ToolCall } from '@lantern/engine';
import { badField } from '../http/api-error.ts';

/**
 * The messages of a request as the chat template wants them: `developer` is a system message, all system messages are
 * one at the beginning, results of functions are tool messages, and content is text.
 * Throws a 400 that names the part that is no text.
 */
export function readMessages(messages: readonly ApiMessage[]): ChatMessage[] {
  const system: string[] = [];
  const others: ChatMessage[] = [];
  for (const [index, message] of messages.entries()) {
    const where = `messages[${index}]`;
    const content = readContent(message.content ?? null, `${where}.content`);
    switch (message.role) {
      case 'system':
      case 'developer':
        system.push(content);
        break;
      case 'user':
        others.push({ role: 'user', content });
        break;
      case 'tool':
        others.push({ role: 'tool', content, ...(message.tool_call_id && { tool_call_id: message.tool_call_id }) });
        break;
      case 'function':
        others.push({ role: 'tool', content, name: message.name });
        break;
      case 'assistant': {
        const reasoning = message.reasoning_content ?? message.reasoning;
        const calls = readCalls(message);
        others.push({
          role: 'assistant',
          content,
          ...(typeof reasoning === 'string' && { reasoning_content: reasoning }),
          ...(calls.length > 0 && { tool_calls: calls }),
        });
      }
    }
  }
  const joined = system.filter((text) => text !== '').join('\n\n');
  return joined === '' ? others : [{ role: 'system', content: joined }, ...others];
}

type ApiContent = ApiMessage['content'];

function readContent(content: ApiContent, where: string): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  return content.map((part, index) => readPart(part, `${where}[${index}]`)).join('');
}

function readPart(part: { readonly type: string }, where: string): string {
  if (part.type === 'text' && 'text' in part && typeof part.text === 'string') return part.text;
  if (part.type === 'refusal' && 'refusal' in part && typeof part.refusal === 'string') return part.refusal;
  // What the model thought in earlier turns has a field of its own; in this form it is left out as templates do.
  if (part.type === 'thinking' || part.type === 'reasoning' || part.type === 'redacted_thinking') return '';
  throw badField(where, `${where} is of type ${part.type}; this server reads text only`, 'unsupported_content');
}

type AssistantMessage = Extract<ApiMessage, { role: 'assistant' }>;

function readCalls({ tool_calls: calls, function_call: older }: AssistantMessage): ToolCall[] {
  const all = [...(calls ?? []), ...(older ? [{ function: older }] : [])];
  return all.map((call) => ({
    ...('id' in call && call.id && { id: call.id }),
    type: 'function',
    function: { name: call.function.name, arguments: call.function.arguments ?? '{}' },
  }));
}

/** The text of the last user message, for rules that look at the question. */
export function lastQuestion(messages: readonly ChatMessage[]): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  return typeof content === 'string' ? content : textOf(content ?? []);
}

function textOf(parts: readonly ContentPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join(' ');
}
