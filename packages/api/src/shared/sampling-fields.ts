import { z } from 'zod';
import { optional } from './field.ts';
import { int64, tokenId } from './scalars.ts';

const fromCheckpoint = "Left out: as the checkpoint's generation_config.json says";

/** Where an answer ends: texts, or the token ids of Model Studio's form. */
const stop = z.union([
  z.string().min(1),
  z.array(z.string().min(1)).max(64),
  z.array(tokenId).max(64),
  z.array(z.array(tokenId).min(1)).max(64),
]);

/** How tokens are drawn and where an answer ends: the fields that chats and completions share. */
export const samplingFields = {
  temperature: optional(
    z.number().min(0).max(2),
    `Logits are divided by it: below 1 sharper, above 1 flatter; 0 always takes the likeliest token. ${fromCheckpoint}, else 1.`,
    0.7,
  ),
  top_p: optional(
    z.number().gt(0).max(1),
    `Only the likeliest tokens whose probabilities add up to this share stay; 1 keeps all. ${fromCheckpoint}, else 1.`,
    0.95,
  ),
  top_k: optional(
    z.int().min(-1),
    `Only this many of the likeliest tokens stay; 0 and -1 keep all. ${fromCheckpoint}, else 0.`,
    20,
  ),
  min_p: optional(
    z.number().min(0).max(1),
    'Only tokens at least this many times as likely as the likeliest one stay; 0 keeps all.',
    0.05,
    { default: 0 },
  ),
  presence_penalty: optional(
    z.number().min(-2).max(2),
    'Taken off the logit of every token that the answer has already. Above 0 it moves the model to something new.',
    1.5,
    { default: 0 },
  ),
  frequency_penalty: optional(
    z.number().min(-2).max(2),
    'Taken off the logit of a token once for each time that the answer has it.',
    0.5,
    { default: 0 },
  ),
  repetition_penalty: optional(
    z.number().gt(0).max(100),
    `Makes tokens that the prompt or the answer has already less likely when above 1, likelier when below. ${fromCheckpoint}, else 1.`,
    1.05,
  ),
  logit_bias: optional(
    z.record(z.string().regex(/^\d+$/), z.number().min(-100).max(100)),
    'Added to the logits of tokens, by token id; -100 all but forbids a token, 100 all but forces it.',
    { '1734': -100 },
  ),
  seed: optional(
    int64,
    'The same seed, prompt and settings draw the same tokens, also beside other requests. Any whole number of 64 bits. Left out: a new one every time.',
    42,
  ),
  stop: optional(
    stop,
    'The answer ends before the first of these, which is not part of it: a text, up to 64 texts, token ids, or lists of token ids; kinds are not mixed. The thinking is not searched.',
    ['\n\n', 'END'],
  ),
  stop_token_ids: optional(
    z.array(tokenId),
    "The answer ends at any of these tokens, besides the model's own ends.",
    [248044],
  ),
  include_stop_str_in_output: optional(z.boolean(), 'Keep the stop text that was met at the end of the answer.', true, {
    default: false,
  }),
  ignore_eos: optional(
    z.boolean(),
    "Go on after the model's own end tokens, until a stop or the longest answer. For load tests.",
    true,
    { default: false },
  ),
  min_tokens: optional(z.int().min(0), 'No end before this many tokens.', 10, { default: 0 }),
  bad_words: optional(z.array(z.string().min(1)), 'Texts that the answer must not hold.', ['foo']),
  allowed_token_ids: optional(z.array(tokenId).min(1), 'Only these tokens may be drawn.', [15, 16, 17]),
  n: optional(z.int().min(1).max(16), 'How many answers to give. The prompt is read once for all of them.', 2, {
    default: 1,
  }),
  prompt_logprobs: optional(
    z.int().min(0).max(20),
    'Also give the log-probability of every prompt token and of this many of the likeliest ones there. Not with stream.',
    1,
  ),
};

export const streamOptions = z.looseObject({
  include_usage: optional(
    z.boolean(),
    'Before the end send one more chunk with no choices and the usage of the whole request.',
    true,
    { default: false },
  ),
  continuous_usage_stats: optional(z.boolean(), 'Put the usage so far on every chunk.', false, { default: false }),
  include_obfuscation: optional(
    z.boolean(),
    'Pad chunks to hide their lengths from who watches the line. Taken, and nothing is padded.',
    false,
    { default: false },
  ),
});

/** Fields of both that say how the answer is sent and how the request is handled. */
export const deliveryFields = {
  stream: optional(
    z.boolean(),
    'Send the answer as server-sent events while it grows. A `data: [DONE]` line comes last.',
    true,
    { default: false },
  ),
  stream_options: optional(streamOptions, 'Only with stream: what the stream tells besides the answer.', {
    include_usage: true,
  }),
  priority: optional(
    z.int().min(-1000).max(1000),
    'Among waiting requests the lowest number goes first; equals go in the order in which they came.',
    0,
    { default: 0 },
  ),
  request_id: optional(
    z.string().min(1).max(128),
    'A name for the request in logs and in the x-request-id header. Left out: one is made.',
    'req-2f1c',
  ),
  cache_salt: optional(
    z.string().min(1).max(128),
    'Remembered prompts are shared only among requests with the same salt.',
    'tenant-7',
  ),
  user: optional(z.string(), 'Who asks, for logs. Nothing else is done with it.', 'user-123'),
  metadata: optional(
    z.record(z.string(), z.string()),
    'Notes of the caller, for logs. Nothing else is done with them.',
    { sessionId: 'a1' },
  ),
};

/** Which model answers. */
export const modelField = optional(
  z.string().min(1),
  "The model's id or one of its other names, as /v1/models lists them. Left out: the model that is served.",
  'qwen3.5-plus',
);
