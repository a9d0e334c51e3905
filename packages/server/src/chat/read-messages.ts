import type { ChatMessage as ApiMessage } from '@lantern/api';
import type { ChatMessage, ContentPart, ToolCall } from '@lantern/engine';
import { badField } from '../http/api-error.ts';
import type { MediaPart, MediaParts } from '../media/media-parts.ts';

/**
 * The messages of a request as the chat template wants them: `developer` is a system message, all system messages are
 * one at the beginning, results of functions are tool messages. Pictures and videos of users and tools go to `media`, and
 * leave their place in the content, which is a text where there are none. Throws a 400 that names a part that cannot be.
 */
export function readMessages(messages: readonly ApiMessage[], media: MediaParts): ChatMessage[] {
  const system: string[] = [];
  const others: ChatMessage[] = [];
  for (const [index, message] of messages.entries()) {
    const where = `messages[${index}]`;
    const at = `${where}.content`;
    switch (message.role) {
      case 'system':
      case 'developer':
        system.push(readText(message.content, at));
        break;
      case 'user':
        others.push({ role: 'user', content: readContent(message.content, at, media) });
        break;
      case 'tool':
        others.push({
          role: 'tool',
          content: readContent(message.content, at, media),
          ...(message.tool_call_id && { tool_call_id: message.tool_call_id }),
        });
        break;
      case 'function':
        others.push({ role: 'tool', content: readText(message.content, at), name: message.name });
        break;
      case 'assistant': {
        const reasoning = message.reasoning_content ?? message.reasoning;
        const calls = readCalls(message);
        others.push({
          role: 'assistant',
          content: readText(message.content, at),
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

/** Content with its pictures and videos in their places; where there are none, its text. */
function readContent(content: ApiContent, where: string, media: MediaParts): string | ContentPart[] {
  if (typeof content === 'string' || !content?.some(isMedia)) return readText(content, where);
  return content.map((part, index) => {
    const at = `${where}[${index}]`;
    return isMedia(part) ? media.read(part, at) : { type: 'text', text: readTextPart(part, at) };
  });
}

const MEDIA = new Set(['image_url', 'video_url', 'video', 'input_audio', 'file']);

function isMedia(part: { readonly type: string }): part is MediaPart {
  return MEDIA.has(part.type);
}

function readText(content: ApiContent, where: string): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  return content.map((part, index) => readTextPart(part, `${where}[${index}]`)).join('');
}

function readTextPart(part: { readonly type: string }, where: string): string {
  if (part.type === 'text' && 'text' in part && typeof part.text === 'string') return part.text;
  if (part.type === 'refusal' && 'refusal' in part && typeof part.refusal === 'string') return part.refusal;
  // What the model thought in earlier turns has a field of its own; in this form it is left out as templates do.
  if (part.type === 'thinking' || part.type === 'reasoning' || part.type === 'redacted_thinking') return '';
  throw badField(where, `${where} is of type ${part.type}; here only text can stand`, 'unsupported_content');
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
