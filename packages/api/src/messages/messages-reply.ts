import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { lanternNote, timings } from '../shared/reply-extras.ts';
import { count } from '../shared/scalars.ts';
import { anthropicOutputBlock } from './message-content.ts';

const usageExample = { input_tokens: 18, output_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

/** Tokens in Anthropic's form: those that were remembered are not among `input_tokens`. */
export const anthropicUsage = component(
  z.looseObject({
    input_tokens: field(count, 'Prompt tokens that were read; remembered ones are not among them.', 18),
    output_tokens: field(count, 'Tokens of the answer, thinking included.', 9),
    cache_creation_input_tokens: optional(count, 'Prompt tokens that were put aside for later requests.', 0),
    cache_read_input_tokens: optional(count, 'Prompt tokens that were remembered.', 0),
    service_tier: optional(z.string(), 'Class of service.', 'standard'),
  }),
  'AnthropicUsage',
  'How many tokens a request took.',
  usageExample,
);

export const anthropicStopReason = z.enum([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
]);

export const stopFields = {
  stop_reason: field(
    anthropicStopReason.nullable(),
    'Why the answer ended; null while it grows. pause_turn and refusal only come from other servers.',
    'end_turn',
  ),
  stop_sequence: field(z.string().nullable(), 'The stop text that was met; null where none was.', null),
};

const replyExample = {
  id: 'msg_8d1f',
  type: 'message',
  role: 'assistant',
  model: 'qwen3.5-tiny',
  content: [{ type: 'text', text: 'Air scatters blue light most.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: usageExample,
};

/** The whole reply of `POST /v1/messages` without `stream`. */
export const messagesReply = component(
  z.looseObject({
    id: field(z.string().min(1), 'Id of the answer.', replyExample.id),
    type: field(z.literal('message'), 'What this object is.', 'message'),
    role: field(z.literal('assistant'), 'Always the assistant.', 'assistant'),
    model: field(z.string(), 'Id of the model that answers.', replyExample.model),
    content: field(z.array(anthropicOutputBlock), 'The pieces of the answer.', replyExample.content),
    ...stopFields,
    usage: field(anthropicUsage, 'How many tokens it took.', usageExample),
    timings: optional(timings, 'How long it took.', null),
    lantern: optional(lanternNote, 'What the server decided.', { thinking: 'off' }),
  }),
  'MessagesReply',
  "An answer in Anthropic's form.",
  replyExample,
);

export type AnthropicUsage = Known<z.infer<typeof anthropicUsage>>;
export type AnthropicStopReason = z.infer<typeof anthropicStopReason>;
export type MessagesReply = Known<z.infer<typeof messagesReply>>;
