import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count, jsonObject } from '../shared/scalars.ts';

const callExample = {
  id: 'call_6f3a',
  type: 'function',
  function: { name: 'search_web', arguments: '{"query":"weather in Bergen"}' },
};

/** A call in a message that the client sends back. More is taken than is given: `arguments` may be an object. */
export const sentToolCall = component(
  z.looseObject({
    id: optional(z.string(), 'Id of the call, which its result refers to.', 'call_6f3a'),
    type: optional(z.literal('function'), 'The only kind there is.', 'function', { default: 'function' }),
    index: optional(count, "Place among the message's calls. Not looked at.", 0),
    function: field(
      z.looseObject({
        name: field(z.string().min(1), 'Name of the function.', 'search_web'),
        arguments: optional(
          z.union([z.string(), jsonObject]),
          'Arguments: JSON text, or an object.',
          '{"query":"weather in Bergen"}',
        ),
      }),
      'What was called.',
      callExample.function,
    ),
  }),
  'SentToolCall',
  'A call of a function in the history of a chat.',
  callExample,
);

/** A call as an answer has it. */
export const toolCall = component(
  z.looseObject({
    id: field(z.string().min(1), 'Id of the call; the message with its result repeats it.', 'call_6f3a'),
    type: field(z.literal('function'), 'The only kind there is.', 'function'),
    index: optional(count, "Place among the message's calls; some servers send it.", 0),
    function: field(
      z.looseObject({
        name: field(z.string().min(1), 'Name of the function.', 'search_web'),
        arguments: field(z.string(), 'Arguments as JSON text.', '{"query":"weather in Bergen"}'),
      }),
      'What is called.',
      callExample.function,
    ),
  }),
  'ToolCall',
  'A function that the model wants called.',
  callExample,
);

/** A piece of a call in a stream. */
export const toolCallDelta = component(
  z.looseObject({
    index: field(count, "Which of the message's calls this belongs to.", 0),
    id: optional(z.string(), 'Id of the call, with its first piece only.', 'call_6f3a'),
    type: optional(z.literal('function'), 'The only kind there is; with the first piece.', 'function'),
    function: optional(
      z.looseObject({
        name: optional(z.string(), 'Name of the function, with the first piece only.', 'search_web'),
        arguments: optional(z.string(), 'What is new of the JSON text of the arguments.', '{"query":'),
      }),
      'What is new of the call.',
      { arguments: '{"query":' },
    ),
  }),
  'ToolCallDelta',
  'A piece of a call: the first one names it, the others add to its arguments.',
  { index: 0, function: { arguments: '{"query":' } },
);

export type SentToolCall = Known<z.infer<typeof sentToolCall>>;
export type ToolCall = Known<z.infer<typeof toolCall>>;
export type ToolCallDelta = Known<z.infer<typeof toolCallDelta>>;
