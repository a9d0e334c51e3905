import { z } from 'zod';
import { field, optional } from '../shared/field.ts';
import { jsonObject, tokenId } from '../shared/scalars.ts';
import { functionDefinition } from './chat-tools.ts';

/**
 * Fields of OpenAI, vLLM, SGLang and Model Studio that few programs send. They are described so that a server can do
 * them or refuse them by name; which of the two is the server's to say.
 */
export const lesserChatFields = {
  functions: optional(
    z.array(functionDefinition),
    'Functions that the model may call, in the form before tools.',
    [{ name: 'search_web', parameters: { type: 'object', properties: {} } }],
    { deprecated: true },
  ),
  function_call: optional(
    z.union([
      z.enum(['none', 'auto']),
      z.looseObject({ name: field(z.string().min(1), 'Name of the function that must be called.', 'search_web') }),
    ]),
    'Whether and which of the functions is called, in the form before tool_choice.',
    'auto',
    { deprecated: true },
  ),
  store: optional(z.boolean(), 'Keep the answer on the server.', false, { default: false }),
  service_tier: optional(z.string(), 'Class of service. There is one, so it changes nothing.', 'auto', {
    default: 'auto',
  }),
  safety_identifier: optional(z.string(), 'Who asks, in the newer name of user.', 'user-123'),
  prompt_cache_key: optional(z.string(), 'Groups requests that share a prefix. Prefixes are found without it.', 'docs'),
  prompt_cache_retention: optional(z.string(), 'How long a prefix is kept.', 'in_memory'),
  prompt_cache_options: optional(jsonObject, 'How prefixes are kept.', { mode: 'auto' }),
  verbosity: optional(z.enum(['low', 'medium', 'high']), 'How long the answer should be.', 'medium', {
    default: 'medium',
  }),
  modalities: optional(z.array(z.enum(['text', 'audio'])), 'What the answer is; Qwen 3.5 writes text.', ['text'], {
    default: ['text'],
  }),
  audio: optional(jsonObject, 'Voice and format of spoken output.', { voice: 'alloy', format: 'wav' }),
  prediction: optional(jsonObject, 'A guess of the answer, to speed it up.', { type: 'content', content: 'Hello' }),
  moderation: optional(jsonObject, 'A check of the contents.', { model: 'omni-moderation-latest' }),
  web_search_options: optional(jsonObject, "OpenAI's search; here it is enable_search.", {
    search_context_size: 'low',
  }),
  enable_code_interpreter: optional(z.boolean(), "Model Studio's code interpreter.", false, { default: false }),
  vl_high_resolution_images: optional(
    z.boolean(),
    'Look at pictures with up to 16,384 tokens each, whatever max_pixels says.',
    true,
    {
      default: false,
    },
  ),
  mm_processor_kwargs: optional(jsonObject, "vLLM's settings of how pictures are read.", { max_pixels: 1_003_520 }),
  media_io_kwargs: optional(jsonObject, "vLLM's settings of how media are loaded.", { video: { num_frames: 40 } }),
  documents: optional(z.array(jsonObject), 'Documents that the chat template shows to the model.', [
    { title: 'Note', text: 'Hello' },
  ]),
  chat_template: optional(z.string(), "A chat template instead of the model's own.", '{{ messages }}'),
  add_special_tokens: optional(z.boolean(), 'Put special tokens around the rendered prompt once more.', false, {
    default: false,
  }),
  echo: optional(z.boolean(), 'Begin the answer with the last message of the prompt.', false, { default: false }),
  skip_special_tokens: optional(z.boolean(), 'Leave special tokens out of the text.', true, { default: true }),
  spaces_between_special_tokens: optional(z.boolean(), 'Set special tokens apart by spaces.', true, { default: true }),
  length_penalty: optional(z.number().min(-100).max(100), 'For beam search.', 1, { default: 1 }),
  use_beam_search: optional(z.boolean(), 'Beam search instead of drawing tokens.', false, { default: false }),
  best_of: optional(z.int().min(1).max(16), 'Make this many answers and give the n best.', 1),
  truncate_prompt_tokens: optional(z.int().min(-1), 'Keep only this many of the last prompt tokens.', 4096),
  return_token_ids: optional(z.boolean(), 'Also give the token ids.', false, { default: false }),
  return_tokens_as_token_ids: optional(z.boolean(), 'Name tokens in logprobs by their ids.', false, {
    default: false,
  }),
  return_prompt_text: optional(z.boolean(), 'Also give the rendered prompt.', false, { default: false }),
  logprob_token_ids: optional(z.array(tokenId), 'Tokens whose log-probabilities are always given.', [1734]),
  stream_interval: optional(z.int().min(1), 'Tokens of a chunk.', 1, { default: 1 }),
  repetition_detection: optional(jsonObject, 'When to end an answer that goes round in circles.', {
    max_repetitions: 5,
  }),
  session_id: optional(z.string(), 'Groups the requests of a conversation.', 'chat-9'),
  rid: optional(z.string(), "SGLang's name of request_id.", 'req-2f1c'),
  lora_path: optional(z.string(), 'An adapter to use.', 'adapters/legal'),
  id_slot: optional(z.int().min(-1), "llama.cpp's slot.", 0),
  cache_prompt: optional(z.boolean(), "llama.cpp's switch of remembered prefixes.", true, { default: true }),
  kv_transfer_params: optional(jsonObject, 'For prefill and decode on different machines.', {
    do_remote_decode: false,
  }),
  vllm_xargs: optional(jsonObject, 'Arguments for extensions of vLLM.', { key: 'value' }),
};
