import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { assistantContentPart, textPart, userContentPart } from './content-parts.ts';
import { sentToolCall } from './tool-call.ts';

const name = { name: optional(z.string(), 'Name of the speaker.', 'ada') };
const textContent = z.union([z.string(), z.array(textPart).min(1)]);
const userContent = z.union([z.string(), z.array(userContentPart).min(1)]);

const developerMessage = component(
  z.looseObject({
    role: field(z.literal('developer'), 'Instructions of the developer; read as a system message.', 'developer'),
    content: field(textContent, 'The instructions.', 'Answer in one sentence.'),
    ...name,
  }),
  'DeveloperMessage',
  'Instructions to the model, in the newer name of the system role.',
  { role: 'developer', content: 'Answer in one sentence.' },
);

const systemMessage = component(
  z.looseObject({
    role: field(z.literal('system'), 'Instructions to the model.', 'system'),
    content: field(textContent, 'The instructions.', 'You are a helpful assistant.'),
    ...name,
  }),
  'SystemMessage',
  'Instructions to the model.',
  { role: 'system', content: 'You are a helpful assistant.' },
);

const userMessage = component(
  z.looseObject({
    role: field(z.literal('user'), 'What the user says.', 'user'),
    content: field(userContent, 'A text, or a list of texts, pictures and videos.', 'Why is the sky blue?'),
    ...name,
  }),
  'UserMessage',
  'What the user says.',
  { role: 'user', content: 'Why is the sky blue?' },
);

const assistantMessage = component(
  z.looseObject({
    role: field(z.literal('assistant'), 'What the model said.', 'assistant'),
    content: optional(
      z.union([z.string(), z.array(assistantContentPart)]),
      'Its visible text. It may be missing where there are tool_calls.',
      'Because air scatters blue light most.',
    ),
    reasoning_content: optional(z.string(), 'What it thought.', 'Rayleigh scattering.'),
    reasoning: optional(z.string(), 'The same in another name; reasoning_content goes first.', 'Rayleigh scattering.'),
    refusal: optional(z.string(), 'Why it did not answer.', 'I can’t help with that.'),
    tool_calls: optional(z.array(sentToolCall), 'Functions it called.', [
      { id: 'call_6f3a', type: 'function', function: { name: 'search_web', arguments: '{"query":"weather"}' } },
    ]),
    function_call: optional(
      z.looseObject({
        name: field(z.string().min(1), 'Name of the function.', 'search_web'),
        arguments: field(z.string(), 'Arguments as JSON text.', '{"query":"weather"}'),
      }),
      'The function it called, in the form before tool_calls.',
      { name: 'search_web', arguments: '{"query":"weather"}' },
      { deprecated: true },
    ),
    partial: optional(
      z.boolean(),
      'On the last message: the answer goes on from its content instead of beginning anew.',
      true,
      { default: false },
    ),
    ...name,
  }),
  'AssistantMessage',
  'What the model said earlier, or the beginning of what it is to say.',
  { role: 'assistant', content: 'Because air scatters blue light most.' },
);

const toolMessage = component(
  z.looseObject({
    role: field(z.literal('tool'), 'What a function gave back.', 'tool'),
    content: field(userContent, 'Its result.', '{"temperature":11}'),
    tool_call_id: optional(z.string(), 'Id of the call that this answers.', 'call_6f3a'),
    name: optional(z.string(), 'Name of the function.', 'search_web'),
  }),
  'ToolMessage',
  'The result of a call.',
  { role: 'tool', tool_call_id: 'call_6f3a', content: '{"temperature":11}' },
);

const functionMessage = component(
  z.looseObject({
    role: field(z.literal('function'), 'What a function gave back, in the form before tools.', 'function'),
    content: field(z.string().nullable(), 'Its result.', '{"temperature":11}'),
    name: field(z.string().min(1), 'Name of the function.', 'search_web'),
  }),
  'FunctionMessage',
  'The result of a call in the form before tools; read as a tool message.',
  { role: 'function', name: 'search_web', content: '{"temperature":11}' },
);

/** A message of a chat, by its role. */
export const chatMessage = component(
  z.discriminatedUnion('role', [
    developerMessage,
    systemMessage,
    userMessage,
    assistantMessage,
    toolMessage,
    functionMessage,
  ]),
  'ChatMessage',
  'One message of the conversation.',
  { role: 'user', content: 'Why is the sky blue?' },
);

export type ChatMessage = Known<z.infer<typeof chatMessage>>;
