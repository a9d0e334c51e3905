import { z } from 'zod';
import { optional } from '../shared/field.ts';
import { jsonObject } from '../shared/scalars.ts';

/** How much the model thinks, from none to most. */
export const reasoningEffort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

export type ReasoningEffort = z.infer<typeof reasoningEffort>;

const budget = z.int().min(0);

/** Whether and how long the model thinks before it answers. */
export const thinkingFields = {
  enable_thinking: optional(
    z.boolean(),
    'Whether the model thinks before it answers. Left out: as the chat template does, which for most sizes is to think.',
    true,
  ),
  thinking_budget: optional(
    budget,
    'Most tokens of thinking; then the thought is closed and the answer begins. Changes nothing where the model does not think. Left out: no limit but that of the answer.',
    4096,
  ),
  thinking_token_budget: optional(budget, "vLLM's name of thinking_budget.", 4096),
  enable_fast: optional(
    z.boolean(),
    'No thinking, and a place in the queue before requests without it, unless priority says otherwise.',
    true,
    {
      default: false,
    },
  ),
  enable_auto: optional(
    z.boolean(),
    'The server decides by the prompt whether to think, and says in `lantern.thinking` and in the x-lantern-thinking header what it chose.',
    true,
    { default: false },
  ),
  reasoning_effort: optional(
    reasoningEffort,
    'How much to think: none turns thinking off, everything else turns it on unless enable_thinking says otherwise.',
    'medium',
  ),
  reasoning: optional(
    z.looseObject({
      effort: optional(reasoningEffort, 'The same as reasoning_effort.', 'medium'),
      enabled: optional(z.boolean(), 'The same as enable_thinking.', true),
    }),
    'Thinking in the form of SGLang and OpenRouter.',
    { effort: 'medium' },
  ),
  chat_template_kwargs: optional(
    jsonObject,
    "Values for the chat template, such as enable_thinking. They go before the server's own.",
    { enable_thinking: false },
  ),
  include_reasoning: optional(z.boolean(), 'Whether the reply tells what the model thought (vLLM).', true, {
    default: true,
  }),
  separate_reasoning: optional(
    z.boolean(),
    'Whether the thinking has a field of its own instead of standing in the content (SGLang).',
    true,
    { default: true },
  ),
  stream_reasoning: optional(z.boolean(), 'Whether the thinking is streamed while it grows (SGLang).', true, {
    default: true,
  }),
  preserve_thinking: optional(
    z.boolean(),
    'Show the model what it thought in earlier turns, not only since the last user message (Model Studio).',
    false,
    { default: false },
  ),
};
