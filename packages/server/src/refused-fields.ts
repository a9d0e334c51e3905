import { badField } from './http/api-error.ts';

/** Values of a field that ask nothing of the server, and why others cannot be honoured. */
export type Refusal = { harmless: readonly unknown[]; why: string };

/** Fields of chats and completions that this server knows and cannot honour. */
export const refusedEverywhere: { readonly [field: string]: Refusal } = {
  bad_words: { harmless: [], why: 'forbid tokens with logit_bias instead' },
  allowed_token_ids: { harmless: [], why: 'use structured_outputs.choice or logit_bias instead' },
  prompt_logprobs: { harmless: [], why: '/v1/completions gives them with echo and logprobs' },
  service_tier: { harmless: ['auto', 'default', 'standard'], why: 'there is one tier; leave it out' },
  add_special_tokens: { harmless: [false], why: 'the chat template writes all there are' },
  skip_special_tokens: { harmless: [true], why: 'control tokens never stand in the text' },
  length_penalty: { harmless: [1], why: 'there is no beam search' },
  use_beam_search: { harmless: [false], why: 'draw several answers with n instead' },
  truncate_prompt_tokens: { harmless: [-1], why: 'shorten the messages instead' },
  return_token_ids: { harmless: [false], why: '/tokenize gives the ids of a text' },
  return_tokens_as_token_ids: { harmless: [false], why: '/tokenize gives the ids of a text' },
  logprob_token_ids: { harmless: [[]], why: 'top_logprobs gives the likeliest ones' },
  stream_interval: { harmless: [1], why: 'every token is sent when it comes' },
  repetition_detection: { harmless: [], why: 'frequency_penalty works against repetition' },
  lora_path: { harmless: [], why: 'adapters are not loaded' },
  cache_prompt: { harmless: [true], why: 'cache_salt keeps a request apart from others' },
  kv_transfer_params: { harmless: [], why: 'prefill and decode run on one machine' },
  vllm_xargs: { harmless: [], why: 'there are no extensions of vLLM' },
};

/** Throws a 400 for the first field of a request that is known and cannot be honoured. */
export function refuseFields(
  request: { readonly [field: string]: unknown },
  refusals: { readonly [field: string]: Refusal },
): void {
  for (const [field, { harmless, why }] of Object.entries(refusals)) {
    const value = request[field];
    if (value === undefined || value === null || harmless.some((one) => sameJson(one, value))) continue;
    throw badField(field, `${field} cannot be honoured by this server; ${why}`, 'unsupported_field');
  }
}

/** Throws a 400 where `best_of` wants answers ranked: only as many as are given can be made. */
export function refuseRanking({
  best_of: bestOf,
  n,
}: {
  best_of?: number | null | undefined;
  n?: number | null | undefined;
}): void {
  if (!bestOf || bestOf === (n ?? 1)) return;
  const message = `best_of is ${bestOf} and n ${n ?? 1}; answers are not ranked, so both must be equal`;
  throw badField('best_of', message, 'unsupported_field');
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
