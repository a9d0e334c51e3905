import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { deliveryFields, modelField, samplingFields } from '../shared/sampling-fields.ts';
import { chatMessage } from './chat-message.ts';
import { chatTool, chatToolChoice } from './chat-tools.ts';
import { lesserChatFields } from './lesser-fields.ts';
import { responseFormat, structuredOutputs } from './response-format.ts';
import { searchOptions } from './search-options.ts';
import { thinkingFields } from './thinking-fields.ts';

const example = {
  model: 'qwen3.5-plus',
  messages: [{ role: 'user', content: 'Why is the sky blue?' }],
  temperature: 0.3,
  max_tokens: 4096,
  enable_thinking: true,
};

const tool = { type: 'function', function: { name: 'search_web', parameters: { type: 'object', properties: {} } } };

/** Body of `POST /v1/chat/completions`. Fields that are not described here are kept as they came. */
export const chatCompletionRequest = component(
  z.looseObject({
    model: modelField,
    messages: field(
      z.array(chatMessage).min(1),
      'The conversation, oldest message first; at least one.',
      example.messages,
    ),
    max_completion_tokens: optional(
      z.int().min(1),
      'Longest answer in tokens, thinking included. Goes before max_tokens. Left out: what the context holds.',
      4096,
    ),
    max_tokens: optional(z.int().min(1), 'The older name of max_completion_tokens.', 4096),
    ...samplingFields,
    logprobs: optional(z.boolean(), 'Give the log-probability of every token of the answer.', true, {
      default: false,
    }),
    top_logprobs: optional(
      z.int().min(0).max(20),
      'With logprobs, this many of the likeliest tokens at every place.',
      5,
      { default: 0 },
    ),
    ...thinkingFields,
    tools: optional(
      z.array(chatTool),
      'Functions that the model may call. The client runs them and sends the results back. An empty list is none.',
      [tool],
    ),
    tool_choice: optional(
      chatToolChoice,
      'Whether and which tools are called. Left out: auto where there are tools, none where there are not.',
      'auto',
    ),
    parallel_tool_calls: optional(z.boolean(), 'Whether one answer may hold several calls.', true, { default: true }),
    response_format: optional(responseFormat, 'Form of the visible answer.', { type: 'json_object' }),
    structured_outputs: optional(structuredOutputs, "Form of the visible answer in vLLM's way.", {
      choice: ['yes', 'no'],
    }),
    enable_search: optional(z.boolean(), 'The model may search; sources come back as annotations.', true, {
      default: false,
    }),
    search_options: optional(searchOptions, 'With enable_search, how the search works.', { forced_search: true }),
    add_generation_prompt: optional(z.boolean(), 'Open a new assistant turn after the last message.', true, {
      default: true,
    }),
    continue_final_message: optional(
      z.boolean(),
      'The answer goes on from the last message instead of beginning anew. Needs add_generation_prompt: false or nothing.',
      false,
      { default: false },
    ),
    ...deliveryFields,
    ...lesserChatFields,
  }),
  'ChatCompletionRequest',
  'What to answer, and how.',
  example,
);

/** Names of all fields of a chat request that are described; others are unknown. */
export const chatCompletionRequestFields: readonly string[] = Object.keys(chatCompletionRequest.shape);

export type ChatCompletionRequest = Known<z.infer<typeof chatCompletionRequest>>;
