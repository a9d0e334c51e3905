import type { ChatCompletionRequest, ResponseRequest } from '@lantern/api';
import type { ResponseConversation } from './conversation-of.ts';
import { FieldNames } from './field-names.ts';
import { ItemReader } from './read-items.ts';
import { readResponseTools } from './read-response-tools.ts';
import { refuseResponseFields } from './refuse-response-fields.ts';

/** Names of fields that a chat has elsewhere. */
const elsewhere = {
  max_completion_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  verbosity: 'text.verbosity',
  response_format: 'text.format',
  'response_format.json_schema': 'text.format',
};

/** The chat that a response request asks for, and what its fields are called in the request. */
export function responseChat(
  request: ResponseRequest,
  { history, input }: ResponseConversation,
): { chat: ChatCompletionRequest; names: FieldNames } {
  refuseResponseFields(request);
  const names = new FieldNames(elsewhere);
  const reader = new ItemReader(names);
  if (request.instructions) reader.add({ role: 'system', content: request.instructions }, 'instructions');
  for (const item of history) reader.add(item, 'previous_response_id');
  for (const [index, item] of input.entries())
    reader.add(item, typeof request.input === 'string' ? 'input' : `input[${index}]`);
  const logprobs = request.include?.includes('message.output_text.logprobs') ?? false;
  const { messages } = reader;
  return {
    names,
    chat: {
      model: request.model,
      messages,
      ...readResponseTools(request, names),
      parallel_tool_calls: request.parallel_tool_calls,
      max_completion_tokens: request.max_output_tokens,
      reasoning_effort: request.reasoning?.effort,
      enable_thinking: request.enable_thinking,
      thinking_budget: request.thinking_budget,
      enable_fast: request.enable_fast,
      enable_auto: request.enable_auto,
      chat_template_kwargs: request.chat_template_kwargs,
      response_format: readFormat(request),
      verbosity: request.text?.verbosity,
      temperature: request.temperature,
      top_p: request.top_p,
      top_k: request.top_k,
      min_p: request.min_p,
      presence_penalty: request.presence_penalty,
      frequency_penalty: request.frequency_penalty,
      repetition_penalty: request.repetition_penalty,
      seed: request.seed,
      ...(logprobs && { logprobs, top_logprobs: request.top_logprobs }),
      priority: request.priority,
      request_id: request.request_id,
      cache_salt: request.cache_salt,
      user: request.user,
      stream: request.stream,
    },
  };
}

/** The format in the chat's form, which has a schema one level deeper. */
function readFormat({ text }: ResponseRequest): ChatCompletionRequest['response_format'] {
  const format = text?.format;
  if (format?.type !== 'json_schema') return format;
  const { name, description, schema, strict } = format;
  return { type: 'json_schema', json_schema: { name, description, schema, strict } };
}
