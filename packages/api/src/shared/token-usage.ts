import { z } from 'zod';
import { component, field, optional } from './field.ts';
import type { Known } from './known.ts';
import { count } from './scalars.ts';

const promptTokensDetails = component(
  z.looseObject({
    cached_tokens: optional(count, 'Prompt tokens whose state was remembered from an earlier request.', 96),
    text_tokens: optional(count, 'Prompt tokens that are text.', 120),
    image_tokens: optional(count, 'Prompt tokens that stand for pictures.', 0),
    video_tokens: optional(count, 'Prompt tokens that stand for videos.', 0),
    audio_tokens: optional(count, 'Prompt tokens that stand for sound; Qwen 3.5 has none.', 0),
    cache_write_tokens: optional(count, 'Prompt tokens whose state was put aside for later requests.', 0),
  }),
  'PromptTokensDetails',
  'What the tokens of a prompt are.',
  { cached_tokens: 96, image_tokens: 0 },
);

const completionTokensDetails = component(
  z.looseObject({
    reasoning_tokens: optional(count, 'Tokens of thinking.', 210),
    text_tokens: optional(count, 'Tokens of the visible answer.', 42),
    audio_tokens: optional(count, 'Tokens of spoken output; Qwen 3.5 has none.', 0),
    accepted_prediction_tokens: optional(
      count,
      'Tokens drafted ahead (speculative decoding) that came true; they count among those of the answer.',
      0,
    ),
    rejected_prediction_tokens: optional(
      count,
      'Tokens drafted ahead that did not come true; they count nowhere else.',
      0,
    ),
  }),
  'CompletionTokensDetails',
  'What the tokens of an answer are.',
  { reasoning_tokens: 210 },
);

/** Tokens of a request and of its answers. */
export const tokenUsage = component(
  z.looseObject({
    prompt_tokens: field(count, 'Tokens of the prompt, counted once however many answers were asked for.', 120),
    completion_tokens: field(count, 'Tokens of all answers, thinking included.', 252),
    total_tokens: field(count, 'Both together.', 372),
    prompt_tokens_details: optional(promptTokensDetails, 'What the tokens of the prompt are.', { cached_tokens: 96 }),
    completion_tokens_details: optional(completionTokensDetails, 'What the tokens of the answers are.', {
      reasoning_tokens: 210,
    }),
  }),
  'TokenUsage',
  'How many tokens a request took.',
  { prompt_tokens: 120, completion_tokens: 252, total_tokens: 372 },
);

export type TokenUsage = Known<z.infer<typeof tokenUsage>>;
