import { z } from 'zod';
import { finishReasonText, stopReason } from '../chat/chat-completion.ts';
import { promptLogprobs, promptLogprobsExample } from '../chat/chat-logprobs.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { timings } from '../shared/reply-extras.ts';
import { count, logprob, unixSeconds } from '../shared/scalars.ts';
import { tokenUsage } from '../shared/token-usage.ts';

const logprobsExample = {
  tokens: [' there', ' was'],
  token_logprobs: [-0.3, -0.1],
  top_logprobs: [{ ' there': -0.3 }, { ' was': -0.1 }],
  text_offset: [16, 22],
};

/** Log-probabilities of a continuation: four lists with one entry a token. */
export const completionLogprobs = component(
  z.looseObject({
    tokens: field(z.array(z.string()), 'The tokens.', logprobsExample.tokens),
    token_logprobs: field(
      z.array(logprob.nullable()),
      'Natural logarithms of their probabilities; null for the first token of an echoed prompt.',
      logprobsExample.token_logprobs,
    ),
    top_logprobs: optional(
      z.array(z.record(z.string(), logprob).nullable()),
      'The likeliest tokens at every place.',
      logprobsExample.top_logprobs,
    ),
    text_offset: field(z.array(count), 'Where in the text they begin, in characters.', logprobsExample.text_offset),
  }),
  'CompletionLogprobs',
  'Log-probabilities of the tokens of a text.',
  logprobsExample,
);

const completionFinish = z.enum(['stop', 'length', 'content_filter']);

const choiceFields = {
  index: field(count, 'Which continuation this is: prompt by prompt, n for each.', 0),
  text: field(z.string(), 'The text; in a stream what is new of it.', ' there was a lantern.'),
  logprobs: optional(completionLogprobs, 'Log-probabilities, if they were asked for.', null),
  stop_reason: stopReason,
};

const choiceExample = { index: 0, text: ' there was a lantern.', finish_reason: 'stop', logprobs: null };

const completionChoice = component(
  z.looseObject({
    ...choiceFields,
    finish_reason: field(completionFinish, `Why it ended. ${finishReasonText}`, 'stop'),
    prompt_logprobs: optional(
      promptLogprobs,
      'With prompt_logprobs, for every prompt token its log-probability and those of the likeliest, by token id.',
      promptLogprobsExample,
    ),
  }),
  'CompletionChoice',
  'One of the continuations.',
  choiceExample,
);

const completionChunkChoice = component(
  z.looseObject({
    ...choiceFields,
    finish_reason: field(completionFinish.nullable(), 'Null until it ends, then why it ended.', null),
  }),
  'CompletionChunkChoice',
  'A piece of one of the continuations.',
  { ...choiceExample, finish_reason: null },
);

const replyFields = {
  id: field(z.string().min(1), 'Id of the answer; all chunks of a stream have the same.', 'cmpl-8d1f'),
  object: field(z.literal('text_completion'), 'What this object is.', 'text_completion'),
  created: field(unixSeconds, 'When it began, in seconds since 1970.', 1_772_000_000),
  model: field(z.string(), 'Id of the model that answers, whatever name it was called by.', 'qwen3.5-tiny'),
  system_fingerprint: optional(z.string(), 'Changes when the weights or the program change.', 'fp_1c0ffee'),
  service_tier: optional(z.string(), 'Class of service.', 'default'),
  timings: optional(timings, 'How long it took; in a stream on the last chunks.', {
    cache_n: 0,
    prompt_n: 4,
    prompt_ms: 12.5,
    prompt_per_second: 320,
    predicted_n: 6,
    predicted_ms: 100,
    predicted_per_second: 60,
  }),
};

const replyExample = {
  id: 'cmpl-8d1f',
  object: 'text_completion',
  created: 1_772_000_000,
  model: 'qwen3.5-tiny',
  choices: [choiceExample],
  usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 },
};

/** The whole reply of `POST /v1/completions` without `stream`. */
export const completion = component(
  z.looseObject({
    ...replyFields,
    choices: field(z.array(completionChoice), 'The continuations, by their index.', replyExample.choices),
    usage: optional(tokenUsage, 'How many tokens it took.', replyExample.usage),
  }),
  'Completion',
  'The continuations of a text.',
  replyExample,
);

/** One `data:` of the stream of `POST /v1/completions`. */
export const completionChunk = component(
  z.looseObject({
    ...replyFields,
    choices: field(z.array(completionChunkChoice), 'Pieces of continuations; empty in the chunk with the usage.', [
      { index: 0, text: ' there', finish_reason: null, logprobs: null },
    ]),
    usage: optional(tokenUsage, 'With include_usage null on all chunks but the last.', null),
  }),
  'CompletionChunk',
  'A piece of the continuations of a text. The stream ends with the text [DONE].',
  { ...replyExample, choices: [{ index: 0, text: ' there', finish_reason: null, logprobs: null }], usage: null },
);

export type CompletionLogprobs = Known<z.infer<typeof completionLogprobs>>;
export type CompletionChoice = Known<z.infer<typeof completionChoice>>;
export type Completion = Known<z.infer<typeof completion>>;
export type CompletionChunk = Known<z.infer<typeof completionChunk>>;
