import { z } from 'zod';
import { anthropicErrorBody } from '../errors/error-body.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count } from '../shared/scalars.ts';
import { anthropicOutputBlock } from './message-content.ts';
import { messagesReply, stopFields } from './messages-reply.ts';

const index = field(count, 'Which piece of the answer this is about, from 0.', 0);

const startExample = {
  type: 'message_start',
  message: {
    id: 'msg_8d1f',
    type: 'message',
    role: 'assistant',
    model: 'qwen3.5-tiny',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 18, output_tokens: 0 },
  },
};

const messageStart = component(
  z.looseObject({
    type: field(z.literal('message_start'), 'Name of the event.', 'message_start'),
    message: field(messagesReply, 'The answer, still empty.', startExample.message),
  }),
  'MessageStartEvent',
  'The answer begins.',
  startExample,
);

const blockStart = component(
  z.looseObject({
    type: field(z.literal('content_block_start'), 'Name of the event.', 'content_block_start'),
    index,
    content_block: field(anthropicOutputBlock, 'The piece, still empty.', { type: 'text', text: '' }),
  }),
  'ContentBlockStartEvent',
  'A piece of the answer begins.',
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
);

const blockDelta = component(
  z.discriminatedUnion('type', [
    z.looseObject({
      type: field(z.literal('text_delta'), 'More text.', 'text_delta'),
      text: field(z.string(), 'What is new of it.', ' blue'),
    }),
    z.looseObject({
      type: field(z.literal('thinking_delta'), 'More thinking.', 'thinking_delta'),
      thinking: field(z.string(), 'What is new of it.', ' scattering'),
    }),
    z.looseObject({
      type: field(z.literal('signature_delta'), 'The signature of a thought.', 'signature_delta'),
      signature: field(z.string(), 'The signature, whole.', 'lantern1.5f2a'),
    }),
    z.looseObject({
      type: field(z.literal('input_json_delta'), 'More of the arguments of a call.', 'input_json_delta'),
      partial_json: field(z.string(), 'What is new of their JSON text.', '{"query":'),
    }),
  ]),
  'ContentBlockDelta',
  'What is new of a piece.',
  { type: 'text_delta', text: ' blue' },
);

const blockDeltaEvent = component(
  z.looseObject({
    type: field(z.literal('content_block_delta'), 'Name of the event.', 'content_block_delta'),
    index,
    delta: field(blockDelta, 'What is new.', { type: 'text_delta', text: ' blue' }),
  }),
  'ContentBlockDeltaEvent',
  'A piece of the answer grows.',
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' blue' } },
);

const blockStop = component(
  z.looseObject({ type: field(z.literal('content_block_stop'), 'Name of the event.', 'content_block_stop'), index }),
  'ContentBlockStopEvent',
  'A piece of the answer is complete.',
  { type: 'content_block_stop', index: 0 },
);

const endExample = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 9 },
};

const messageDelta = component(
  z.looseObject({
    type: field(z.literal('message_delta'), 'Name of the event.', 'message_delta'),
    delta: field(z.looseObject(stopFields), 'Why the answer ended.', endExample.delta),
    usage: field(
      z.looseObject({
        output_tokens: field(count, 'Tokens of the answer so far, thinking included.', 9),
        input_tokens: optional(count, 'Prompt tokens that were read; remembered ones are not among them.', 18),
        cache_creation_input_tokens: optional(count, 'Prompt tokens that were put aside.', 0),
        cache_read_input_tokens: optional(count, 'Prompt tokens that were remembered.', 0),
      }),
      'How many tokens it took.',
      endExample.usage,
    ),
  }),
  'MessageDeltaEvent',
  'The answer ends.',
  endExample,
);

const messageStop = component(
  z.looseObject({ type: field(z.literal('message_stop'), 'Name of the event.', 'message_stop') }),
  'MessageStopEvent',
  'Nothing more comes.',
  { type: 'message_stop' },
);

const ping = component(
  z.looseObject({ type: field(z.literal('ping'), 'Name of the event.', 'ping') }),
  'PingEvent',
  'Keeps the connection open.',
  { type: 'ping' },
);

/** The data of one event of the stream of `POST /v1/messages`; `type` is also the name of the event. */
export const messagesEvent = component(
  z.discriminatedUnion('type', [
    messageStart,
    blockStart,
    blockDeltaEvent,
    blockStop,
    messageDelta,
    messageStop,
    ping,
    anthropicErrorBody,
  ]),
  'MessagesEvent',
  "An event of an answer in Anthropic's form.",
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' blue' } },
);

export type MessagesEvent = Known<z.infer<typeof messagesEvent>>;
