import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { lanternNote, timings } from '../shared/reply-extras.ts';
import { count, tokenId, unixSeconds } from '../shared/scalars.ts';
import { tokenUsage } from '../shared/token-usage.ts';
import { annotation } from './annotation.ts';
import { choiceLogprobs, promptLogprobs, promptLogprobsExample } from './chat-logprobs.ts';
import { toolCall } from './tool-call.ts';

/** Why an answer ended. */
export const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

export type FinishReason = z.infer<typeof finishReason>;

export const finishReasonText =
  'stop: by itself or at a stop; length: at its longest; tool_calls: to have functions called; content_filter and function_call: only from other servers.';

/** Fields that replies and chunks share. */
export const chatReplyFields = {
  id: field(z.string().min(1), 'Id of the answer; all chunks of a stream have the same.', 'chatcmpl-8d1f'),
  created: field(unixSeconds, 'When it began, in seconds since 1970.', 1_772_000_000),
  model: field(z.string(), 'Id of the model that answers, whatever name it was called by.', 'qwen3.5-tiny'),
  system_fingerprint: optional(z.string(), 'Changes when the weights or the program change.', 'fp_1c0ffee'),
  service_tier: optional(z.string(), 'Class of service.', 'default'),
  timings: optional(timings, 'How long it took; in a stream on the last chunks.', {
    cache_n: 0,
    prompt_n: 18,
    prompt_ms: 61.5,
    prompt_per_second: 292.7,
    predicted_n: 9,
    predicted_ms: 150,
    predicted_per_second: 60,
  }),
  lantern: optional(lanternNote, 'What the server decided.', { thinking: 'off' }),
};

export const stopReason = optional(
  z.union([z.string(), tokenId]),
  'The stop text or the id of the stop token that was met; null at the model’s own end.',
  null,
);

/** The assistant message of a reply. */
export const chatReplyMessage = component(
  z.looseObject({
    role: field(z.literal('assistant'), 'Always the assistant.', 'assistant'),
    content: field(
      z.string().nullable(),
      'The visible text; null where there are only calls.',
      'Air scatters blue light most.',
    ),
    reasoning_content: optional(z.string(), 'What the model thought.', 'Rayleigh scattering.'),
    reasoning: optional(z.string(), 'The same under the name that vLLM uses.', 'Rayleigh scattering.'),
    refusal: optional(z.string(), 'Always null; the field is there for clients that look for it.', null),
    tool_calls: optional(z.array(toolCall), 'Functions that the model wants called.', [
      { id: 'call_6f3a', type: 'function', function: { name: 'search_web', arguments: '{"query":"weather"}' } },
    ]),
    annotations: optional(z.array(annotation), 'Sources of the answer.', []),
  }),
  'ChatReplyMessage',
  'What the model answered.',
  { role: 'assistant', content: 'Air scatters blue light most.', refusal: null },
);

const chatChoice = component(
  z.looseObject({
    index: field(count, 'Which of the n answers this is, from 0.', 0),
    message: field(chatReplyMessage, 'The answer.', { role: 'assistant', content: 'Hello', refusal: null }),
    finish_reason: field(finishReason, `Why it ended. ${finishReasonText}`, 'stop'),
    stop_reason: stopReason,
    logprobs: optional(choiceLogprobs, 'Log-probabilities of its tokens, if they were asked for.', null),
  }),
  'ChatChoice',
  'One of the answers.',
  { index: 0, message: { role: 'assistant', content: 'Hello', refusal: null }, finish_reason: 'stop', logprobs: null },
);

const replyExample = {
  id: 'chatcmpl-8d1f',
  object: 'chat.completion',
  created: 1_772_000_000,
  model: 'qwen3.5-tiny',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Air scatters blue light most.', refusal: null },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
  usage: { prompt_tokens: 18, completion_tokens: 9, total_tokens: 27 },
};

/** The whole reply of `POST /v1/chat/completions` without `stream`. */
export const chatCompletion = component(
  z.looseObject({
    ...chatReplyFields,
    object: field(z.literal('chat.completion'), 'What this object is.', 'chat.completion'),
    choices: field(z.array(chatChoice), 'The answers, by their index.', replyExample.choices),
    usage: optional(tokenUsage, 'How many tokens it took.', replyExample.usage),
    prompt_logprobs: optional(
      promptLogprobs,
      'With prompt_logprobs, for every prompt token its log-probability and those of the likeliest, by token id.',
      promptLogprobsExample,
    ),
  }),
  'ChatCompletion',
  'The answers to a chat request.',
  replyExample,
);

export type ChatReplyMessage = Known<z.infer<typeof chatReplyMessage>>;
export type ChatChoice = Known<z.infer<typeof chatChoice>>;
export type ChatCompletion = Known<z.infer<typeof chatCompletion>>;
