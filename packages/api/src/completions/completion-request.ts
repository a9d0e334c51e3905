import { z } from 'zod';
import { lesserChatFields } from '../chat/lesser-fields.ts';
import { responseFormat, structuredOutputs } from '../chat/response-format.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { deliveryFields, modelField, samplingFields } from '../shared/sampling-fields.ts';
import { tokenId } from '../shared/scalars.ts';

const prompt = z.union([
  z.string(),
  z.array(tokenId).min(1),
  z.array(z.string()).min(1),
  z.array(z.array(tokenId).min(1)).min(1),
]);

const {
  add_special_tokens,
  id_slot,
  cache_prompt,
  kv_transfer_params,
  length_penalty,
  logprob_token_ids,
  lora_path,
  repetition_detection,
  return_token_ids,
  return_tokens_as_token_ids,
  rid,
  service_tier,
  session_id,
  skip_special_tokens,
  spaces_between_special_tokens,
  stream_interval,
  truncate_prompt_tokens,
  use_beam_search,
  vllm_xargs,
} = lesserChatFields;

const example = { model: 'qwen3.5-plus', prompt: 'Once upon a time', max_tokens: 64, temperature: 0.8 };

/** Body of `POST /v1/completions`. Fields that are not described here are kept as they came. */
export const completionRequest = component(
  z.looseObject({
    model: modelField,
    prompt: field(
      prompt,
      'What is continued, without a chat template: a text, the ids of its tokens, or a list of either.',
      'Once upon a time',
    ),
    max_tokens: optional(z.int().min(0), 'Longest continuation in tokens. 0 gives none, which is for echo.', 64, {
      default: 16,
    }),
    ...samplingFields,
    logprobs: optional(
      z.int().min(0).max(5),
      'Give the log-probability of every token, and of this many of the likeliest at its place.',
      5,
    ),
    echo: optional(z.boolean(), 'Begin the text with the prompt, log-probabilities included.', true, {
      default: false,
    }),
    suffix: optional(z.string(), 'What comes after the gap. The model does not fill gaps, so it is refused.', null),
    best_of: optional(
      z.int().min(1).max(16),
      'Make this many continuations and give the n likeliest. Not with stream.',
      1,
      { default: 1 },
    ),
    response_format: optional(responseFormat, 'Form of the text.', { type: 'json_object' }),
    structured_outputs: optional(structuredOutputs, "Form of the text in vLLM's way.", { choice: ['yes', 'no'] }),
    ...deliveryFields,
    add_special_tokens,
    skip_special_tokens,
    spaces_between_special_tokens,
    truncate_prompt_tokens,
    return_token_ids,
    return_tokens_as_token_ids,
    logprob_token_ids,
    stream_interval,
    use_beam_search,
    length_penalty,
    repetition_detection,
    service_tier,
    session_id,
    rid,
    lora_path,
    id_slot,
    cache_prompt,
    kv_transfer_params,
    vllm_xargs,
  }),
  'CompletionRequest',
  'A text to go on with, and how.',
  example,
);

/** Names of all fields of a completion request that are described; others are unknown. */
export const completionRequestFields: readonly string[] = Object.keys(completionRequest.shape);

export type CompletionRequest = Known<z.infer<typeof completionRequest>>;
