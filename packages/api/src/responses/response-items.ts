import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { inputContent, outputContent, reasoningText, summaryText } from './response-content.ts';

const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);
const statusText = 'in_progress while it grows, then completed, or incomplete where the response was cut off.';

const messageExample = {
  type: 'message',
  id: 'msg_8d1f',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Air scatters blue light most.', annotations: [] }],
};

const outputMessage = component(
  z.looseObject({
    type: field(z.literal('message'), 'Says that this is a message.', 'message'),
    id: field(z.string().min(1), 'Id of the item.', messageExample.id),
    status: field(itemStatus, statusText, 'completed'),
    role: field(z.literal('assistant'), 'Always the assistant.', 'assistant'),
    content: field(z.array(outputContent), 'Its pieces.', messageExample.content),
  }),
  'OutputMessage',
  'What the model answered.',
  messageExample,
);

const reasoningExample = {
  type: 'reasoning',
  id: 'rs_8d1f',
  summary: [],
  content: [{ type: 'reasoning_text', text: 'Rayleigh scattering.' }],
};

const reasoningFields = {
  type: field(z.literal('reasoning'), 'Says that this is thinking.', 'reasoning'),
  summary: field(z.array(summaryText), 'Summaries of it; empty here.', []),
  content: optional(z.array(reasoningText), 'The thinking itself.', reasoningExample.content),
  encrypted_content: optional(z.string(), 'The thinking for other servers to read; null here.', null),
  status: optional(itemStatus, statusText, 'completed'),
};

const outputReasoning = component(
  z.looseObject({ ...reasoningFields, id: field(z.string().min(1), 'Id of the item.', reasoningExample.id) }),
  'OutputReasoning',
  'What the model thought.',
  reasoningExample,
);

const callExample = {
  type: 'function_call',
  id: 'fc_8d1f',
  call_id: 'call_6f3a',
  name: 'search_web',
  arguments: '{"query":"weather in Bergen"}',
  status: 'completed',
};

const callFields = {
  type: field(z.literal('function_call'), 'Says that a function is called.', 'function_call'),
  call_id: field(z.string().min(1), 'Id of the call; its result repeats it.', callExample.call_id),
  name: field(z.string().min(1), 'Name of the function.', callExample.name),
  arguments: field(z.string(), 'Arguments as JSON text.', callExample.arguments),
  status: optional(itemStatus, statusText, 'completed'),
};

const outputFunctionCall = component(
  z.looseObject({ ...callFields, id: field(z.string().min(1), 'Id of the item.', callExample.id) }),
  'OutputFunctionCall',
  'A function that the model wants called.',
  callExample,
);

const searchExample = {
  type: 'web_search_call',
  id: 'ws_8d1f',
  status: 'completed',
  action: { type: 'search', query: 'why is the sky blue', sources: [{ type: 'url', url: 'https://example.com/sky' }] },
};

const searchCall = component(
  z.looseObject({
    type: field(z.literal('web_search_call'), 'Says that the server searched.', 'web_search_call'),
    id: field(z.string().min(1), 'Id of the item.', searchExample.id),
    status: field(z.enum(['in_progress', 'searching', 'completed', 'failed']), 'How far the search is.', 'completed'),
    action: optional(
      z.looseObject({
        type: field(z.string(), 'What was done: search, or open_page.', 'search'),
        query: optional(z.string(), 'What was looked for.', 'why is the sky blue'),
        url: optional(z.string(), 'The page that was opened.', 'https://example.com/sky'),
        sources: optional(
          z.array(
            z.looseObject({
              type: field(z.literal('url'), 'The only kind there is.', 'url'),
              url: field(z.string(), 'Address of the page, or path of the file.', 'https://example.com/sky'),
              title: optional(z.string(), 'Its title.', 'Why the sky is blue'),
            }),
          ),
          'What was found.',
          searchExample.action.sources,
        ),
      }),
      'What the search did.',
      searchExample.action,
    ),
  }),
  'WebSearchCall',
  'A search that the server made.',
  searchExample,
);

/** One item of `output`. */
export const outputItem = component(
  z.discriminatedUnion('type', [outputMessage, outputReasoning, outputFunctionCall, searchCall]),
  'OutputItem',
  'One item of what came out: a message, thinking, a call or a search.',
  messageExample,
);

const inputId = { id: optional(z.string(), 'Id of the item, where it came from a response.', null) };

const inputMessage = component(
  z.looseObject({
    type: optional(z.literal('message'), 'Says that this is a message; may be left out.', 'message'),
    role: field(
      z.enum(['user', 'assistant', 'system', 'developer']),
      'Who speaks; developer is read as system.',
      'user',
    ),
    content: field(
      z.union([z.string(), z.array(inputContent)]),
      'A text, or a list of pieces.',
      'Why is the sky blue?',
    ),
    status: optional(itemStatus, statusText, 'completed'),
    ...inputId,
  }),
  'InputMessage',
  'A message of the conversation.',
  { role: 'user', content: 'Why is the sky blue?' },
);

const inputFunctionCall = component(
  z.looseObject({ ...callFields, ...inputId }),
  'InputFunctionCall',
  'A function that the model called earlier.',
  { ...callExample, id: null },
);

const functionCallOutput = component(
  z.looseObject({
    type: field(z.literal('function_call_output'), 'Says that a function gave something back.', 'function_call_output'),
    call_id: field(z.string().min(1), 'Id of the call.', 'call_6f3a'),
    output: field(z.union([z.string(), z.array(inputContent)]), 'What it gave back.', '{"temperature":11}'),
    status: optional(itemStatus, statusText, 'completed'),
    ...inputId,
  }),
  'FunctionCallOutput',
  'The result of a call.',
  { type: 'function_call_output', call_id: 'call_6f3a', output: '{"temperature":11}' },
);

const inputReasoning = component(
  z.looseObject({ ...reasoningFields, ...inputId }),
  'InputReasoning',
  'What the model thought earlier.',
  { ...reasoningExample, id: null },
);

const itemReference = component(
  z.looseObject({
    type: field(z.literal('item_reference'), 'Says that an earlier item is meant.', 'item_reference'),
    id: field(z.string().min(1), 'Its id.', 'msg_8d1f'),
  }),
  'ItemReference',
  'An item of a stored response.',
  { type: 'item_reference', id: 'msg_8d1f' },
);

/** One item of `input`. A message goes first, since its type may be missing. */
export const inputItem = component(
  z.union([
    inputMessage,
    z.discriminatedUnion('type', [inputFunctionCall, functionCallOutput, inputReasoning, searchCall, itemReference]),
  ]),
  'InputItem',
  'One item of what goes in.',
  { role: 'user', content: 'Why is the sky blue?' },
);

export type OutputItem = Known<z.infer<typeof outputItem>>;
export type InputItem = Known<z.infer<typeof inputItem>>;
