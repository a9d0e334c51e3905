import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { jsonObject } from '../shared/scalars.ts';

const cacheMark = {
  cache_control: optional(
    z.looseObject({
      type: field(z.literal('ephemeral'), 'The only kind there is.', 'ephemeral'),
      ttl: optional(z.enum(['5m', '1h']), 'How long the prefix should be kept.', '5m'),
    }),
    'Marks the end of a prefix worth remembering. Prefixes are remembered without it, so it changes nothing here.',
    { type: 'ephemeral' },
  ),
};

const base64Source = z.looseObject({
  type: field(z.literal('base64'), 'The bytes themselves.', 'base64'),
  media_type: field(z.string().min(1), 'What the bytes are.', 'image/png'),
  data: field(z.string().min(1), 'The bytes in base64.', 'iVBORw0KGgo='),
});

const urlSource = z.looseObject({
  type: field(z.literal('url'), 'An address.', 'url'),
  url: field(z.string().min(1), 'The address.', 'https://example.com/cat.png'),
});

const fileSource = z.looseObject({
  type: field(z.literal('file'), 'An uploaded file.', 'file'),
  file_id: field(z.string().min(1), 'Its id.', 'file-6f3a0c9d5b7e41f28a90c4d1e2b3f456'),
});

const source = z.discriminatedUnion('type', [base64Source, urlSource, fileSource]);
const sourceExample = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };

export const anthropicTextBlock = component(
  z.looseObject({
    type: field(z.literal('text'), 'Says that this is text.', 'text'),
    text: field(z.string(), 'The text.', 'Why is the sky blue?'),
    citations: optional(z.array(jsonObject), 'Sources of the text.', []),
    ...cacheMark,
  }),
  'AnthropicTextBlock',
  'Text.',
  { type: 'text', text: 'Why is the sky blue?' },
);

const imageBlock = component(
  z.looseObject({
    type: field(z.literal('image'), 'Says that this is a picture.', 'image'),
    source: field(source, 'The picture.', sourceExample),
    ...cacheMark,
  }),
  'AnthropicImageBlock',
  'A picture.',
  { type: 'image', source: sourceExample },
);

const documentBlock = component(
  z.looseObject({
    type: field(z.literal('document'), 'Says that this is a document.', 'document'),
    source: field(jsonObject, 'The document.', { type: 'text', media_type: 'text/plain', data: 'Hello' }),
    title: optional(z.string(), 'Its title.', 'Note'),
    context: optional(z.string(), 'What the model should know of it.', 'Written in May'),
    ...cacheMark,
  }),
  'AnthropicDocumentBlock',
  'A document.',
  { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Hello' } },
);

export const anthropicThinkingBlock = component(
  z.looseObject({
    type: field(z.literal('thinking'), 'Says that this is thinking.', 'thinking'),
    thinking: field(z.string(), 'The thought.', 'Rayleigh scattering.'),
    signature: optional(z.string(), 'Sent back with the thought; this server knows its own by it.', 'lantern1.5f2a'),
  }),
  'AnthropicThinkingBlock',
  'What the model thought.',
  { type: 'thinking', thinking: 'Rayleigh scattering.', signature: 'lantern1.5f2a' },
);

const redactedThinkingBlock = component(
  z.looseObject({
    type: field(
      z.literal('redacted_thinking'),
      'Says that this is thinking that nobody may read.',
      'redacted_thinking',
    ),
    data: field(z.string(), 'What stands for it.', 'b3BhcXVl'),
  }),
  'AnthropicRedactedThinkingBlock',
  'Thinking of another server that cannot be read; it is left out.',
  { type: 'redacted_thinking', data: 'b3BhcXVl' },
);

const useExample = { type: 'tool_use', id: 'toolu_6f3a', name: 'search_web', input: { query: 'weather in Bergen' } };

export const anthropicToolUseBlock = component(
  z.looseObject({
    type: field(z.literal('tool_use'), 'Says that a tool is called.', 'tool_use'),
    id: field(z.string().min(1), 'Id of the call; its result repeats it.', useExample.id),
    name: field(z.string().min(1), 'Name of the tool.', useExample.name),
    input: field(jsonObject, 'Arguments; in a stream empty at first.', useExample.input),
    ...cacheMark,
  }),
  'AnthropicToolUseBlock',
  'A tool that the model wants called.',
  useExample,
);

const toolResultBlock = component(
  z.looseObject({
    type: field(z.literal('tool_result'), 'Says that a tool gave something back.', 'tool_result'),
    tool_use_id: field(z.string().min(1), 'Id of the call.', 'toolu_6f3a'),
    content: optional(
      z.union([z.string(), z.array(z.discriminatedUnion('type', [anthropicTextBlock, imageBlock, documentBlock]))]),
      'What it gave back.',
      '{"temperature":11}',
    ),
    is_error: optional(z.boolean(), 'Whether it failed.', false, { default: false }),
    ...cacheMark,
  }),
  'AnthropicToolResultBlock',
  'The result of a call.',
  { type: 'tool_result', tool_use_id: 'toolu_6f3a', content: '{"temperature":11}' },
);

const inputBlock = component(
  z.discriminatedUnion('type', [
    anthropicTextBlock,
    imageBlock,
    documentBlock,
    toolResultBlock,
    anthropicToolUseBlock,
    anthropicThinkingBlock,
    redactedThinkingBlock,
  ]),
  'AnthropicInputBlock',
  'One piece of a message.',
  { type: 'text', text: 'Why is the sky blue?' },
);

/** A message of a conversation in Anthropic's form. */
export const anthropicMessage = component(
  z.looseObject({
    role: field(
      z.enum(['user', 'assistant', 'system', 'ctx', 'msg']),
      'Who speaks. Some clients also send system, ctx and msg: the first joins the system prompt, the others are read as user.',
      'user',
    ),
    content: field(z.union([z.string(), z.array(inputBlock)]), 'A text, or a list of pieces.', 'Why is the sky blue?'),
  }),
  'AnthropicMessage',
  'One message of the conversation.',
  { role: 'user', content: 'Why is the sky blue?' },
);

/** What an answer consists of. */
export const anthropicOutputBlock = component(
  z.discriminatedUnion('type', [anthropicTextBlock, anthropicThinkingBlock, anthropicToolUseBlock]),
  'AnthropicOutputBlock',
  'One piece of an answer.',
  { type: 'text', text: 'Air scatters blue light most.' },
);

export type AnthropicMessage = Known<z.infer<typeof anthropicMessage>>;
export type AnthropicInputBlock = Known<z.infer<typeof inputBlock>>;
export type AnthropicOutputBlock = Known<z.infer<typeof anthropicOutputBlock>>;
