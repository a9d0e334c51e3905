import type { ChatRequest } from '@lantern/client';
import type { ChatSettings, Message, ThinkingChoice, ToolChoice, Tools } from '../store/records.ts';
import { wholeCalls } from './tool-calls.ts';

/** What stands in a stored request where a picture's data belongs. */
export const FILE_SCHEME = 'lantern-file:';

const thinkingFields: Record<ThinkingChoice, Partial<ChatRequest>> = {
  auto: { enable_auto: true },
  fast: { enable_fast: true },
  thinking: { enable_thinking: true },
};

/** The likeliest other tokens that are asked for, where log-probabilities are. */
const ALTERNATIVES = 5;

/** The request that continues a branch. Pictures are named by `lantern-file:ID`. */
export function chatRequest(path: readonly Message[], settings: ChatSettings, model: string): ChatRequest {
  const { system, sampling, thinking, logprobs } = settings;
  return {
    model,
    messages: [
      ...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...path.flatMap(apiMessage),
    ],
    ...thinkingFields[thinking],
    ...sampling,
    ...(logprobs && { logprobs: true, top_logprobs: ALTERNATIVES }),
    ...toolFields(settings),
  };
}

function toolFields({ tools, toolChoice, parallelTools }: ChatSettings): Partial<ChatRequest> {
  if (tools.length === 0) return {};
  return {
    tools,
    ...(toolChoice !== 'auto' && { tool_choice: choiceField(toolChoice, tools) }),
    ...(!parallelTools && { parallel_tool_calls: false }),
  };
}

function choiceField(choice: ToolChoice, tools: Tools): ChatRequest['tool_choice'] {
  if (typeof choice === 'string') return choice;
  const isThere = tools.some((tool) => tool.function.name === choice.name);
  return isThere ? { type: 'function', function: { name: choice.name } } : 'auto';
}

function apiMessage(message: Message): ChatRequest['messages'] {
  if (message.role === 'tool')
    return [{ role: 'tool', tool_call_id: message.callId, name: message.name, content: message.content }];
  if (message.role === 'user') {
    const { text, fileIds } = message;
    if (fileIds.length === 0) return [{ role: 'user', content: text }];
    const pictures = fileIds.map((id) => ({ type: 'image_url' as const, image_url: { url: FILE_SCHEME + id } }));
    return [{ role: 'user', content: [...pictures, ...(text === '' ? [] : [{ type: 'text' as const, text }])] }];
  }
  const { content, reasoning } = message;
  const toolCalls = wholeCalls(message);
  // An answer that failed before it said anything is nothing to go on from.
  if (content === '' && reasoning === '' && toolCalls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content,
      ...(reasoning !== '' && { reasoning_content: reasoning }),
      ...(toolCalls.length > 0 && {
        tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({
          id,
          type: 'function' as const,
          function: { name, arguments: text },
        })),
      }),
    },
  ];
}

/** The same request with the data of its pictures. */
export async function withPictures(
  request: ChatRequest,
  dataUrlOf: (fileId: string) => Promise<string>,
): Promise<ChatRequest> {
  const messages = await Promise.all(
    request.messages.map(async (message) => {
      if (message.role !== 'user' || typeof message.content === 'string') return message;
      const content = await Promise.all(
        message.content.map(async (part) => {
          if (part.type !== 'image_url' || typeof part.image_url === 'string') return part;
          const { url } = part.image_url;
          if (!url.startsWith(FILE_SCHEME)) return part;
          return { ...part, image_url: { ...part.image_url, url: await dataUrlOf(url.slice(FILE_SCHEME.length)) } };
        }),
      );
      return { ...message, content };
    }),
  );
  return { ...request, messages };
}
