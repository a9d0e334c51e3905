import type { ChatCompletionRequest } from '@lantern/api';
import { badField } from '../api-error.ts';

/** Fields that this server knows and cannot honour, with the values that ask nothing of it. */
const refused: { readonly [field in keyof ChatCompletionRequest]?: { harmless: readonly unknown[]; why: string } } = {
  bad_words: { harmless: [], why: 'forbid tokens with logit_bias instead' },
  allowed_token_ids: { harmless: [], why: 'use structured_outputs.choice or logit_bias instead' },
  prompt_logprobs: { harmless: [], why: '/v1/completions gives them with echo and logprobs' },
  store: { harmless: [false], why: '/v1/responses keeps its answers' },
  service_tier: { harmless: ['auto', 'default', 'standard'], why: 'there is one tier; leave it out' },
  verbosity: { harmless: ['medium'], why: 'say in the messages how long the answer should be' },
  audio: { harmless: [], why: 'Qwen 3.5 writes text' },
  prediction: { harmless: [], why: 'leave it out' },
  moderation: { harmless: [], why: 'leave it out' },
  web_search_options: { harmless: [], why: 'enable_search is the search of this server' },
  enable_code_interpreter: { harmless: [false], why: 'offer a tool that runs code instead' },
  documents: { harmless: [[]], why: 'write them into a message' },
  chat_template: { harmless: [], why: 'the server takes one when it starts (--chat-template)' },
  add_special_tokens: { harmless: [false], why: 'the chat template writes all there are' },
  echo: { harmless: [false], why: 'put the message in front of the answer yourself' },
  skip_special_tokens: { harmless: [true], why: 'control tokens never stand in the text' },
  length_penalty: { harmless: [1], why: 'there is no beam search' },
  use_beam_search: { harmless: [false], why: 'draw several answers with n instead' },
  truncate_prompt_tokens: { harmless: [-1], why: 'shorten the messages instead' },
  return_token_ids: { harmless: [false], why: '/tokenize gives the ids of a text' },
  return_tokens_as_token_ids: { harmless: [false], why: '/tokenize gives the ids of a text' },
  return_prompt_text: { harmless: [false], why: '/tokenize gives the ids of the rendered prompt' },
  logprob_token_ids: { harmless: [[]], why: 'top_logprobs gives the likeliest ones' },
  stream_interval: { harmless: [1], why: 'every token is sent when it comes' },
  repetition_detection: { harmless: [], why: 'frequency_penalty works against repetition' },
  lora_path: { harmless: [], why: 'adapters are not loaded' },
  cache_prompt: { harmless: [true], why: 'cache_salt keeps a request apart from others' },
  kv_transfer_params: { harmless: [], why: 'prefill and decode run on one machine' },
  vllm_xargs: { harmless: [], why: 'there are no extensions of vLLM' },
  separate_reasoning: { harmless: [true], why: 'the thinking always has a field of its own' },
  stream_reasoning: { harmless: [true], why: 'include_reasoning: false leaves the thinking out' },
  preserve_thinking: { harmless: [false], why: 'the chat template drops the thinking of earlier turns' },
};

/** Throws a 400 for the first field of a request that is known and cannot be honoured. */
export function refuseFields(request: ChatCompletionRequest): void {
  for (const [field, { harmless, why }] of Object.entries(refused)) {
    const value = request[field as keyof ChatCompletionRequest];
    if (value === undefined || value === null || harmless.some((one) => sameJson(one, value))) continue;
    throw badField(field, `${field} cannot be honoured by this server; ${why}`, 'unsupported_field');
  }
  const { modalities, best_of: bestOf, n, add_generation_prompt: addPrompt } = request;
  if (modalities?.includes('audio'))
    throw badField('modalities', 'modalities has audio; Qwen 3.5 writes text', 'unsupported_field');
  if (bestOf && bestOf !== (n ?? 1))
    throw badField(
      'best_of',
      `best_of is ${bestOf} and n ${n ?? 1}; answers are not ranked, so both must be equal`,
      'unsupported_field',
    );
  if (addPrompt === false && !isContinued(request))
    throw badField(
      'add_generation_prompt',
      'add_generation_prompt is false; only an answer that goes on from the last message (continue_final_message) can do without',
      'unsupported_field',
    );
  if (addPrompt === true && request.continue_final_message === true)
    throw badField(
      'continue_final_message',
      'continue_final_message and add_generation_prompt exclude each other; send one',
    );
  if (request.stream_options && !request.stream) throw badField('stream_options', 'stream_options needs stream: true');
  if (request.top_logprobs && !request.logprobs) throw badField('top_logprobs', 'top_logprobs needs logprobs: true');
}

/** Whether the answer is to go on from the last message, in either of the two ways to say so. */
export function isContinued({ continue_final_message: continued, messages }: ChatCompletionRequest): boolean {
  const last = messages.at(-1);
  return continued === true || (last?.role === 'assistant' && last.partial === true);
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
