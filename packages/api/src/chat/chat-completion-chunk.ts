import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count } from '../shared/scalars.ts';
import { tokenUsage } from '../shared/token-usage.ts';
import { annotation } from './annotation.ts';
import { chatReplyFields, finishReason, finishReasonText, stopReason } from './chat-completion.ts';
import { choiceLogprobs } from './chat-logprobs.ts';
import { toolCallDelta } from './tool-call.ts';

/** What is new of an answer. */
export const chatDelta = component(
  z.looseObject({
    role: optional(z.literal('assistant'), 'With the first delta of an answer only.', 'assistant'),
    content: optional(z.string(), 'What is new of the visible text.', ' blue'),
    reasoning_content: optional(z.string(), 'What is new of the thinking.', 'Rayleigh'),
    reasoning: optional(z.string(), 'The same under the name that vLLM uses.', 'Rayleigh'),
    refusal: optional(z.string(), 'What is new of a refusal.', null),
    tool_calls: optional(z.array(toolCallDelta), 'What is new of the calls.', [
      { index: 0, function: { arguments: '{"query":' } },
    ]),
    annotations: optional(z.array(annotation), 'Sources of the answer, once all are known.', []),
  }),
  'ChatDelta',
  'What is new of an answer.',
  { content: ' blue' },
);

const chunkChoice = component(
  z.looseObject({
    index: field(count, 'Which of the n answers this belongs to, from 0.', 0),
    delta: field(chatDelta, 'What is new.', { content: ' blue' }),
    finish_reason: field(
      finishReason.nullable(),
      `Null until the answer ends, then why it ended. ${finishReasonText}`,
      null,
    ),
    stop_reason: stopReason,
    logprobs: optional(choiceLogprobs, 'Log-probabilities of what is new, if they were asked for.', null),
  }),
  'ChatChunkChoice',
  'A piece of one of the answers.',
  { index: 0, delta: { content: ' blue' }, finish_reason: null, logprobs: null },
);

const chunkExample = {
  id: 'chatcmpl-8d1f',
  object: 'chat.completion.chunk',
  created: 1_772_000_000,
  model: 'qwen3.5-tiny',
  choices: [{ index: 0, delta: { content: ' blue' }, finish_reason: null, logprobs: null }],
};

/** One `data:` of the stream of `POST /v1/chat/completions`. */
export const chatCompletionChunk = component(
  z.looseObject({
    ...chatReplyFields,
    object: field(z.literal('chat.completion.chunk'), 'What this object is.', 'chat.completion.chunk'),
    choices: field(z.array(chunkChoice), 'Pieces of answers; empty in the chunk with the usage.', chunkExample.choices),
    usage: optional(
      tokenUsage,
      'With include_usage null on all chunks but the last, which has the usage of the whole request.',
      null,
    ),
    obfuscation: optional(z.string(), 'Padding of other servers.', 'aX9'),
  }),
  'ChatCompletionChunk',
  'A piece of the answers to a chat request. The stream ends with the text [DONE].',
  chunkExample,
);

export type ChatDelta = Known<z.infer<typeof chatDelta>>;
export type ChatChunkChoice = Known<z.infer<typeof chunkChoice>>;
export type ChatCompletionChunk = Known<z.infer<typeof chatCompletionChunk>>;
