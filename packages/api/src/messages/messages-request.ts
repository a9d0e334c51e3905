import { z } from 'zod';
import { toolName } from '../chat/chat-tools.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { modelField, samplingFields } from '../shared/sampling-fields.ts';
import { count, jsonObject, jsonSchema } from '../shared/scalars.ts';
import { anthropicMessage, anthropicTextBlock } from './message-content.ts';

const inputSchema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };

/** A tool in Anthropic's form. */
export const anthropicTool = component(
  z.looseObject({
    type: optional(z.string(), 'custom, or a tool that runs on the vendor’s servers, which is refused.', 'custom', {
      default: 'custom',
    }),
    name: field(toolName, 'Its name: 1 to 64 letters, digits, _ and -.', 'search_web'),
    description: optional(z.string(), 'What it does and when to call it.', 'Searches the web.'),
    input_schema: optional(jsonSchema, 'A JSON Schema of the object of its arguments.', inputSchema),
    strict: optional(z.boolean(), 'Arguments are made to keep to the schema.', true, { default: false }),
    cache_control: optional(jsonObject, 'Marks a prefix worth remembering; changes nothing here.', {
      type: 'ephemeral',
    }),
  }),
  'AnthropicTool',
  'A tool that the model may use.',
  { name: 'search_web', description: 'Searches the web.', input_schema: inputSchema },
);

const disableParallel = {
  disable_parallel_tool_use: optional(z.boolean(), 'At most one call in an answer.', false, { default: false }),
};

const anthropicToolChoice = component(
  z.discriminatedUnion('type', [
    z.looseObject({ type: field(z.literal('auto'), 'The model decides.', 'auto'), ...disableParallel }),
    z.looseObject({ type: field(z.literal('any'), 'It calls at least one tool.', 'any'), ...disableParallel }),
    z.looseObject({
      type: field(z.literal('tool'), 'It calls the named tool.', 'tool'),
      name: field(toolName, 'Name of the tool.', 'search_web'),
      ...disableParallel,
    }),
    z.looseObject({ type: field(z.literal('none'), 'Tools are not shown to it.', 'none') }),
  ]),
  'AnthropicToolChoice',
  'Whether and which tools are called.',
  { type: 'auto' },
);

const display = {
  display: optional(
    z.enum(['summarized', 'omitted']),
    'Whether the thinking is shown. It is never shortened.',
    'summarized',
  ),
};

const anthropicThinking = component(
  z.discriminatedUnion('type', [
    z.looseObject({
      type: field(z.literal('enabled'), 'The model thinks.', 'enabled'),
      budget_tokens: field(z.int().min(1), 'Most tokens of thinking.', 4096),
      ...display,
    }),
    z.looseObject({ type: field(z.literal('disabled'), 'It does not think.', 'disabled') }),
    z.looseObject({ type: field(z.literal('adaptive'), 'The server decides by the prompt.', 'adaptive'), ...display }),
  ]),
  'AnthropicThinking',
  'Whether and how long the model thinks.',
  { type: 'enabled', budget_tokens: 4096 },
);

const conversation = {
  model: modelField,
  messages: field(z.array(anthropicMessage).min(1), 'The conversation, oldest message first; at least one.', [
    { role: 'user', content: 'Why is the sky blue?' },
  ]),
  system: optional(
    z.union([z.string(), z.array(anthropicTextBlock)]),
    'Instructions to the model.',
    'You are a helpful assistant.',
  ),
  tools: optional(z.array(anthropicTool), 'Tools that the model may use. An empty list is none.', [
    { name: 'search_web', input_schema: inputSchema },
  ]),
  tool_choice: optional(anthropicToolChoice, 'Whether and which tools are called. Left out: auto.', { type: 'auto' }),
  thinking: optional(anthropicThinking, 'Whether and how long the model thinks. Left out: it does not.', {
    type: 'enabled',
    budget_tokens: 4096,
  }),
  output_config: optional(
    z.looseObject({
      effort: optional(z.enum(['low', 'medium', 'high', 'xhigh', 'max']), 'How much to think.', 'medium'),
      format: optional(
        z.looseObject({
          type: field(z.literal('json_schema'), 'JSON that keeps to a schema.', 'json_schema'),
          schema: field(jsonSchema, 'The JSON Schema.', inputSchema),
        }),
        'Form of the visible answer.',
        { type: 'json_schema', schema: inputSchema },
      ),
    }),
    'Effort and form of the answer.',
    { effort: 'medium' },
  ),
  context_management: optional(jsonObject, 'What is dropped from long conversations.', { edits: [] }),
  mcp_servers: optional(z.array(jsonObject), 'Servers with tools.', []),
  cache_control: optional(jsonObject, 'Marks a prefix worth remembering; changes nothing here.', { type: 'ephemeral' }),
};

/** Body of `POST /v1/messages`. Fields that are not described here are kept as they came. */
export const messagesRequest = component(
  z.looseObject({
    ...conversation,
    max_tokens: field(z.int().min(1), 'Longest answer in tokens, thinking included.', 4096),
    temperature: samplingFields.temperature,
    top_p: samplingFields.top_p,
    top_k: samplingFields.top_k,
    stop_sequences: optional(z.array(z.string().min(1)).max(64), 'The answer ends before the first of these texts.', [
      '\n\nHuman:',
    ]),
    stream: optional(z.boolean(), 'Send the answer as server-sent events while it grows.', true, { default: false }),
    metadata: optional(
      z.looseObject({ user_id: optional(z.string(), 'Who asks.', 'user-123') }),
      'Notes of the caller, for logs.',
      { user_id: 'user-123' },
    ),
    service_tier: optional(z.string(), 'Class of service. There is one, so it changes nothing.', 'auto'),
    container: optional(z.union([z.string(), jsonObject]), 'Where tools of the vendor run.', 'container_1'),
    inference_geo: optional(z.string(), 'Where the model should run.', 'eu'),
  }),
  'MessagesRequest',
  "What to answer, in Anthropic's form.",
  { model: 'qwen3.5-plus', max_tokens: 4096, messages: [{ role: 'user', content: 'Why is the sky blue?' }] },
);

/** Names of all fields of a messages request that are described; others are unknown. */
export const messagesRequestFields: readonly string[] = Object.keys(messagesRequest.shape);

/** Body of `POST /v1/messages/count_tokens`. */
export const countTokensRequest = component(
  z.looseObject(conversation),
  'CountTokensRequest',
  'What to count the tokens of.',
  { model: 'qwen3.5-plus', messages: [{ role: 'user', content: 'Why is the sky blue?' }] },
);

/** Reply of `POST /v1/messages/count_tokens`. */
export const countTokensReply = component(
  z.looseObject({ input_tokens: field(count, 'Tokens of the prompt.', 18) }),
  'CountTokensReply',
  'How long the prompt is.',
  { input_tokens: 18 },
);

export type AnthropicTool = Known<z.infer<typeof anthropicTool>>;
export type MessagesRequest = Known<z.infer<typeof messagesRequest>>;
export type CountTokensRequest = Known<z.infer<typeof countTokensRequest>>;
export type CountTokensReply = Known<z.infer<typeof countTokensReply>>;
