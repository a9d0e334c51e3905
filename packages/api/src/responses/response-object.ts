import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { lanternNote, timings } from '../shared/reply-extras.ts';
import { count, unixSeconds } from '../shared/scalars.ts';
import { inputItem, outputItem } from './response-items.ts';
import { responseReasoning, responseText } from './response-text.ts';
import { responseTool, responseToolChoice } from './response-tools.ts';

const usageExample = {
  input_tokens: 18,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 27,
};

/** Tokens of a response. */
export const responseUsage = component(
  z.looseObject({
    input_tokens: field(count, 'Tokens of the input.', 18),
    input_tokens_details: field(
      z.looseObject({
        cached_tokens: field(count, 'Those that were remembered.', 0),
        cache_write_tokens: optional(count, 'Those that were put aside for later.', 0),
        image_tokens: optional(count, 'Those that stand for pictures.', 0),
      }),
      'What the tokens of the input are.',
      usageExample.input_tokens_details,
    ),
    output_tokens: field(count, 'Tokens of the output, thinking included.', 9),
    output_tokens_details: field(
      z.looseObject({ reasoning_tokens: field(count, 'Those of the thinking.', 0) }),
      'What the tokens of the output are.',
      usageExample.output_tokens_details,
    ),
    total_tokens: field(count, 'Both together.', 27),
  }),
  'ResponseUsage',
  'How many tokens a response took.',
  usageExample,
);

const example = {
  id: 'resp_8d1f',
  object: 'response',
  created_at: 1_772_000_000,
  status: 'completed',
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  model: 'qwen3.5-tiny',
  output: [
    {
      type: 'message',
      id: 'msg_8d1f',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Air scatters blue light most.', annotations: [] }],
    },
  ],
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  usage: usageExample,
};

/** A response: what was asked for, and what came of it. */
export const responseObject = component(
  z.looseObject({
    id: field(z.string().min(1), 'Its id.', example.id),
    object: field(z.literal('response'), 'What this object is.', 'response'),
    created_at: field(z.number().min(0), 'When it began, in seconds since 1970.', example.created_at),
    completed_at: optional(unixSeconds, 'When it was complete; null before.', 1_772_000_001),
    status: field(
      z.enum(['completed', 'failed', 'in_progress', 'cancelled', 'queued', 'incomplete']),
      'How far it is.',
      'completed',
    ),
    error: field(
      z
        .looseObject({
          code: field(z.string(), 'What happened, for programs.', 'server_error'),
          message: field(z.string(), 'What happened.', 'The model could not be run.'),
        })
        .nullable(),
      'Why it failed; null where it did not.',
      null,
    ),
    incomplete_details: field(
      z
        .looseObject({
          reason: optional(z.enum(['max_output_tokens', 'content_filter']), 'What cut it off.', 'max_output_tokens'),
        })
        .nullable(),
      'Why it is incomplete; null where it is not.',
      null,
    ),
    instructions: field(z.union([z.string(), z.array(inputItem)]).nullable(), 'The instructions of the request.', null),
    metadata: field(z.record(z.string(), z.string()).nullable(), 'Notes of the caller.', {}),
    model: field(z.string(), 'Id of the model that responds.', example.model),
    output: field(z.array(outputItem), 'What came out, in order.', example.output),
    parallel_tool_calls: field(z.boolean(), 'Whether there may be several calls.', true),
    temperature: field(z.number().min(0).max(2).nullable(), 'The temperature that was used.', 1),
    top_p: field(z.number().gt(0).max(1).nullable(), 'The top_p that was used.', 1),
    tool_choice: field(responseToolChoice, 'Whether and which tools may be called.', 'auto'),
    tools: field(z.array(responseTool), 'Tools that the model may use.', []),
    usage: optional(responseUsage, 'How many tokens it took; it comes when the response is complete.', usageExample),
    previous_response_id: optional(z.string(), 'The response that this one follows on.', null),
    max_output_tokens: optional(z.int().min(1), 'Longest output in tokens.', null),
    max_tool_calls: optional(z.int().min(1), 'Most searches of the server.', null),
    reasoning: optional(responseReasoning, 'How much to think.', { effort: null, summary: null }),
    text: optional(responseText, 'Form of the text.', { format: { type: 'text' } }),
    truncation: optional(z.enum(['auto', 'disabled']), 'What is done with an input that is too long.', 'disabled'),
    presence_penalty: optional(z.number().min(-2).max(2), 'The penalty that was used.', 0),
    frequency_penalty: optional(z.number().min(-2).max(2), 'The penalty that was used.', 0),
    top_logprobs: optional(z.int().min(0).max(20), 'How many of the likeliest tokens are given.', 0),
    store: optional(z.boolean(), 'Whether it is kept.', true),
    background: optional(z.boolean(), 'Whether it was made in the background.', false),
    service_tier: optional(z.string(), 'Class of service.', 'default'),
    user: optional(z.string(), 'Who asked.', null),
    safety_identifier: optional(z.string(), 'Who asked, in the newer name.', null),
    prompt_cache_key: optional(z.string(), 'The key of the request.', null),
    timings: optional(timings, 'How long it took.', null),
    lantern: optional(lanternNote, 'What the server decided.', { thinking: 'off' }),
  }),
  'Response',
  'A response and what it was asked with.',
  example,
);

/** Reply of `DELETE /v1/responses/{response_id}`. */
export const deletedResponse = component(
  z.looseObject({
    id: field(z.string(), 'Id of the response.', 'resp_8d1f'),
    object: field(z.string(), 'What was deleted.', 'response'),
    deleted: field(z.literal(true), 'It is gone.', true),
  }),
  'DeletedResponse',
  'A response that is no longer kept.',
  { id: 'resp_8d1f', object: 'response', deleted: true },
);

const messageItem = { id: 'msg_1', type: 'message', role: 'user', content: 'Hello' };

/** Reply of `GET /v1/responses/{response_id}/input_items`. */
export const inputItemList = component(
  z.looseObject({
    object: field(z.literal('list'), 'What this object is.', 'list'),
    data: field(z.array(inputItem), 'The items.', [messageItem]),
    first_id: field(z.string().nullable(), 'Id of the first of them.', 'msg_1'),
    last_id: field(z.string().nullable(), 'Id of the last of them; `after` it the next page begins.', 'msg_1'),
    has_more: field(z.boolean(), 'Whether more follow.', false),
  }),
  'InputItemList',
  'Items that a stored response was asked with.',
  { object: 'list', data: [messageItem], first_id: 'msg_1', last_id: 'msg_1', has_more: false },
);

export const responseExample = example;

export type ResponseUsage = Known<z.infer<typeof responseUsage>>;
export type ResponseObject = Known<z.infer<typeof responseObject>>;
export type InputItemList = Known<z.infer<typeof inputItemList>>;
export type DeletedResponse = Known<z.infer<typeof deletedResponse>>;
