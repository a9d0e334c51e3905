import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { logprob } from '../shared/scalars.ts';

const bytes = field(
  z.array(z.int().min(0).max(255)).nullable(),
  'Bytes of its UTF-8, since a token may be part of a character. Null where it has none.',
  [32, 98, 108, 117, 101],
);
const tokenFields = {
  token: field(z.string(), 'Text of the token.', ' blue'),
  logprob: field(logprob, "Natural logarithm of the model's probability of it; -9999 for minus infinity.", -0.02),
  bytes,
};

const topLogprob = component(z.looseObject(tokenFields), 'TopLogprob', 'One of the likeliest tokens at a place.', {
  token: ' blue',
  logprob: -0.02,
  bytes: [32, 98, 108, 117, 101],
});

/** A token of an answer with its log-probability. */
export const tokenLogprob = component(
  z.looseObject({
    ...tokenFields,
    top_logprobs: field(z.array(topLogprob), 'The likeliest tokens at this place, likeliest first.', [
      { token: ' blue', logprob: -0.02, bytes: [32, 98, 108, 117, 101] },
    ]),
  }),
  'TokenLogprob',
  'A token with its log-probability.',
  { token: ' blue', logprob: -0.02, bytes: [32, 98, 108, 117, 101], top_logprobs: [] },
);

const logprobsExample = {
  content: [{ token: ' blue', logprob: -0.02, bytes: [32, 98, 108, 117, 101], top_logprobs: [] }],
};

/** Log-probabilities of an answer or of a piece of it. */
export const choiceLogprobs = component(
  z.looseObject({
    content: optional(z.array(tokenLogprob), 'Of the tokens of the visible text.', logprobsExample.content),
    refusal: optional(z.array(tokenLogprob), 'Of the tokens of a refusal.', null),
    reasoning_content: optional(z.array(tokenLogprob), 'Of the tokens of the thinking.', logprobsExample.content),
  }),
  'ChoiceLogprobs',
  'Log-probabilities of the tokens of an answer.',
  logprobsExample,
);

const promptLogprob = component(
  z.looseObject({
    logprob: field(logprob, "Natural logarithm of the model's probability of the token.", -1.7),
    rank: optional(z.int().min(1), 'Its place among all tokens, from 1.', 1),
    decoded_token: optional(z.string(), 'Its text.', ' sky'),
  }),
  'PromptLogprob',
  'A prompt token, or one that could have stood there.',
  { logprob: -1.7, rank: 1, decoded_token: ' sky' },
);

/** Log-probabilities of a prompt in vLLM's form: by place, then by token id; null at the first place. */
export const promptLogprobs = z.array(z.record(z.string(), promptLogprob).nullable());

export const promptLogprobsExample = [null, { '6221': { logprob: -1.7, rank: 1, decoded_token: ' sky' } }];

export type TokenLogprob = Known<z.infer<typeof tokenLogprob>>;
export type ChoiceLogprobs = Known<z.infer<typeof choiceLogprobs>>;
export type PromptLogprobs = Known<z.infer<typeof promptLogprobs>>;
