import type { ChatCompletionRequest, ChatTool, CountTokensRequest, MessagesRequest } from '@lantern/api';
import { badField } from '../http/api-error.ts';
import { FieldNames } from '../responses/field-names.ts';
import { ConversationReader } from './read-conversation.ts';
import { refuseDeliveryFields, refusePromptFields } from './refuse-messages-fields.ts';

/** Names of fields that a chat has elsewhere. */
const elsewhere = {
  stop: 'stop_sequences',
  enable_thinking: 'thinking',
  thinking_budget: 'thinking.budget_tokens',
  reasoning_effort: 'output_config.effort',
  response_format: 'output_config.format',
  'response_format.json_schema': 'output_config.format',
  continue_final_message: 'messages',
};

/** A chat request, and what its fields are called in the request that it was made from. */
export type NamedChat = { chat: ChatCompletionRequest; names: FieldNames };

/** The chat that a messages request asks for. */
export function messagesChat(request: MessagesRequest): NamedChat {
  refuseDeliveryFields(request);
  const { chat, names } = promptChat(request);
  return {
    names,
    chat: {
      ...chat,
      response_format: readFormat(request),
      max_tokens: request.max_tokens,
      temperature: request.temperature,
      top_p: request.top_p,
      top_k: request.top_k,
      stop: request.stop_sequences,
      user: request.metadata?.user_id,
      stream: request.stream,
    },
  };
}

/** The part of the chat that makes its prompt. */
export function promptChat(request: CountTokensRequest): NamedChat {
  refusePromptFields(request);
  const names = new FieldNames(elsewhere);
  const reader = new ConversationReader(names);
  reader.read(request);
  const chat: ChatCompletionRequest = {
    model: request.model,
    messages: reader.messages,
    ...readTools(request, names),
    ...readThinking(request),
    ...(isBegun(request) && { continue_final_message: true }),
  };
  return { chat, names };
}

type ToolFields = Pick<ChatCompletionRequest, 'tools' | 'tool_choice' | 'parallel_tool_calls'>;

function readTools(request: CountTokensRequest, names: FieldNames): ToolFields {
  const tools: ChatTool[] = (request.tools ?? []).map(({ name, description, input_schema: parameters, strict }) => ({
    type: 'function',
    function: { name, description, parameters, strict },
  }));
  for (const index of tools.keys()) {
    names.add(`tools[${index}].function`, `tools[${index}]`);
    names.add(`tools[${index}].function.parameters`, `tools[${index}].input_schema`);
  }
  const choice = request.tool_choice;
  const isSingle = choice && choice.type !== 'none' && choice.disable_parallel_tool_use === true;
  return {
    ...(tools.length > 0 && { tools }),
    ...(choice && { tool_choice: readChoice(choice) }),
    ...(isSingle && { parallel_tool_calls: false }),
  };
}

function readChoice(choice: NonNullable<CountTokensRequest['tool_choice']>): ChatCompletionRequest['tool_choice'] {
  if (choice.type === 'tool') return { type: 'function', function: { name: choice.name } };
  return choice.type === 'any' ? 'required' : choice.type;
}

/** Without `thinking` there is none, as clients of this form expect. */
function readThinking({ thinking, output_config: config }: CountTokensRequest): Partial<ChatCompletionRequest> {
  const effort = config?.effort ? { reasoning_effort: config.effort } : {};
  if (!thinking || thinking.type === 'disabled') return { enable_thinking: false };
  const hidden = thinking.display === 'omitted' ? { include_reasoning: false } : {};
  if (thinking.type === 'adaptive') return { enable_auto: true, ...effort, ...hidden };
  return { enable_thinking: true, thinking_budget: thinking.budget_tokens, ...effort, ...hidden };
}

function readFormat({ output_config: config }: CountTokensRequest): ChatCompletionRequest['response_format'] {
  if (!config?.format) return undefined;
  return { type: 'json_schema', json_schema: { name: 'answer', schema: config.format.schema, strict: true } };
}

/** Whether the last message is the beginning of the answer. Throws a 400 where it is a call without its result. */
function isBegun({ messages }: CountTokensRequest): boolean {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return false;
  const call = typeof last.content === 'string' ? -1 : last.content.findIndex(({ type }) => type === 'tool_use');
  if (call < 0) return true;
  const where = `messages[${messages.length - 1}].content[${call}]`;
  throw badField(where, `${where} is a tool_use; its tool_result must follow in a message of the user`);
}
