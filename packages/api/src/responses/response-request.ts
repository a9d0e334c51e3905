import { z } from 'zod';
import { searchOptions } from '../chat/search-options.ts';
import { thinkingFields } from '../chat/thinking-fields.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { deliveryFields, modelField, samplingFields } from '../shared/sampling-fields.ts';
import { jsonObject } from '../shared/scalars.ts';
import { inputItem } from './response-items.ts';
import { responseReasoning, responseText } from './response-text.ts';
import { responseTool, responseToolChoice } from './response-tools.ts';

const { enable_thinking, thinking_budget, enable_fast, enable_auto, chat_template_kwargs } = thinkingFields;

/** Body of `POST /v1/responses`. Fields that are not described here are kept as they came. */
export const responseRequest = component(
  z.looseObject({
    model: modelField,
    input: field(
      z.union([z.string(), z.array(inputItem)]),
      'What the user says, or a list of messages, calls and their results.',
      'Why is the sky blue?',
    ),
    instructions: optional(
      z.string(),
      'Instructions to the model. They are not carried over to a response that follows on this one.',
      'Answer in one sentence.',
    ),
    previous_response_id: optional(
      z.string().min(1),
      'Id of the stored response that this one follows on.',
      'resp_8d1f',
    ),
    conversation: optional(
      z.union([z.string(), jsonObject]),
      'A stored conversation; here previous_response_id does it.',
      'conv_1',
    ),
    store: optional(z.boolean(), 'Keep the response, so that another can follow on it.', true, { default: true }),
    background: optional(z.boolean(), 'Answer at once and go on working.', false, { default: false }),
    max_output_tokens: optional(
      z.int().min(1),
      'Longest output in tokens, thinking included. Left out: what the context holds.',
      4096,
    ),
    max_tool_calls: optional(z.int().min(1), 'Most searches of the server in one response.', 4),
    tools: optional(z.array(responseTool), 'Tools that the model may use. An empty list is none.', [
      { type: 'function', name: 'search_web', parameters: { type: 'object', properties: {} } },
    ]),
    tool_choice: optional(
      responseToolChoice,
      'Whether and which tools are called. Left out: auto where there are tools, none where there are not.',
      'auto',
    ),
    parallel_tool_calls: optional(z.boolean(), 'Whether one response may hold several calls.', true, { default: true }),
    reasoning: optional(responseReasoning, 'How much to think.', { effort: 'medium' }),
    enable_thinking,
    thinking_budget,
    enable_fast,
    enable_auto,
    chat_template_kwargs,
    enable_search: optional(z.boolean(), 'The model may search; the same as a web_search tool.', true, {
      default: false,
    }),
    search_options: optional(searchOptions, 'With enable_search, how the search works.', { forced_search: true }),
    text: optional(responseText, 'Form of the text.', { format: { type: 'json_object' } }),
    temperature: samplingFields.temperature,
    top_p: samplingFields.top_p,
    top_k: samplingFields.top_k,
    min_p: samplingFields.min_p,
    presence_penalty: samplingFields.presence_penalty,
    frequency_penalty: samplingFields.frequency_penalty,
    repetition_penalty: samplingFields.repetition_penalty,
    seed: samplingFields.seed,
    top_logprobs: optional(
      z.int().min(0).max(20),
      'This many of the likeliest tokens at every place; needs message.output_text.logprobs in include.',
      5,
      { default: 0 },
    ),
    include: optional(z.array(z.string()), 'What else to give.', ['message.output_text.logprobs']),
    truncation: optional(
      z.enum(['auto', 'disabled']),
      'auto: drop the oldest items of an input that is too long; disabled: refuse it.',
      'disabled',
      { default: 'disabled' },
    ),
    stream: optional(z.boolean(), 'Send the response as server-sent events while it grows.', true, { default: false }),
    stream_options: optional(
      z.looseObject({
        include_obfuscation: optional(z.boolean(), 'Pad events. Taken, and nothing is padded.', false, {
          default: false,
        }),
      }),
      'Only with stream: what the stream tells besides the response.',
      { include_obfuscation: false },
    ),
    priority: deliveryFields.priority,
    request_id: deliveryFields.request_id,
    cache_salt: deliveryFields.cache_salt,
    user: deliveryFields.user,
    metadata: optional(z.record(z.string(), z.string()), 'Notes of the caller; the response repeats them.', {
      topic: 'sky',
    }),
    service_tier: optional(z.string(), 'Class of service. There is one, so it changes nothing.', 'auto', {
      default: 'auto',
    }),
    safety_identifier: optional(z.string(), 'Who asks, in the newer name of user.', 'user-123'),
    prompt_cache_key: optional(
      z.string(),
      'Groups requests that share a prefix. Prefixes are found without it.',
      'docs',
    ),
    prompt_cache_retention: optional(z.string(), 'How long a prefix is kept.', 'in_memory'),
    prompt: optional(jsonObject, 'A stored prompt template.', { id: 'pmpt_1' }),
    context_management: optional(z.array(jsonObject), 'What is done with long conversations.', [
      { type: 'compaction' },
    ]),
  }),
  'ResponseRequest',
  'What to respond to, and how.',
  { model: 'qwen3.5-plus', input: 'Why is the sky blue?' },
);

/** Names of all fields of a response request that are described; others are unknown. */
export const responseRequestFields: readonly string[] = Object.keys(responseRequest.shape);

export type ResponseRequest = Known<z.infer<typeof responseRequest>>;
