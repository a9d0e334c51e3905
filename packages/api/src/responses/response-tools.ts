import { z } from 'zod';
import { toolName } from '../chat/chat-tools.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { jsonObject, jsonSchema } from '../shared/scalars.ts';

const parameters = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };

const functionTool = component(
  z.looseObject({
    type: field(z.literal('function'), 'Says that this is a function.', 'function'),
    name: field(toolName, 'Its name: 1 to 64 letters, digits, _ and -.', 'search_web'),
    description: optional(z.string(), 'What it does and when to call it.', 'Searches the web.'),
    parameters: optional(
      jsonSchema,
      'A JSON Schema of the object of its arguments. Left out: it takes none.',
      parameters,
    ),
    strict: optional(z.boolean(), 'Arguments are made to keep to the schema.', false, { default: false }),
  }),
  'FunctionTool',
  'A function that the model may call.',
  { type: 'function', name: 'search_web', description: 'Searches the web.', parameters },
);

const webSearchTool = component(
  z.looseObject({
    type: field(
      z.enum(['web_search', 'web_search_preview', 'web_search_2025_08_26', 'web_search_preview_2025_03_11']),
      'Says that the server may search.',
      'web_search',
    ),
    search_context_size: optional(z.enum(['low', 'medium', 'high']), 'How much of the sources to read.', 'medium', {
      default: 'medium',
    }),
    filters: optional(jsonObject, 'Which sites to search.', { allowed_domains: ['example.com'] }),
    user_location: optional(jsonObject, 'Where the user is.', { type: 'approximate', country: 'NO' }),
  }),
  'WebSearchTool',
  'The search of the server.',
  { type: 'web_search' },
);

const otherTool = component(
  z.looseObject({
    type: field(
      z.enum([
        'file_search',
        'code_interpreter',
        'image_generation',
        'mcp',
        'custom',
        'web_extractor',
        'web_search_image',
        'image_search',
        'computer_use_preview',
        'local_shell',
        'shell',
        'apply_patch',
      ]),
      'Which tool of the vendors this is.',
      'code_interpreter',
    ),
  }),
  'OtherTool',
  'A tool of the vendors that does not run here; it is described so that it can be refused by name.',
  { type: 'code_interpreter' },
);

/** A tool in the form of responses. */
export const responseTool = component(
  z.discriminatedUnion('type', [functionTool, webSearchTool, otherTool]),
  'ResponseTool',
  'A tool that the model may use.',
  { type: 'function', name: 'search_web', parameters },
);

const namedFunction = z.looseObject({
  type: field(z.literal('function'), 'Says that a function is named.', 'function'),
  name: field(toolName, 'Its name.', 'search_web'),
});

const allowedTools = z.looseObject({
  type: field(z.literal('allowed_tools'), 'Says that only some of the tools may be called.', 'allowed_tools'),
  mode: field(z.enum(['auto', 'required']), 'Whether the model may or must call one of them.', 'auto'),
  tools: field(
    z
      .array(
        z.looseObject({
          type: field(z.string().min(1), 'Kind of the tool.', 'function'),
          name: optional(z.string(), 'Its name, where it is a function.', 'search_web'),
        }),
      )
      .min(1),
    'Which ones.',
    [{ type: 'function', name: 'search_web' }],
  ),
});

const hostedTool = z.looseObject({
  type: field(z.enum(['web_search', 'web_search_preview']), 'Says that the server is to search.', 'web_search'),
});

/** Whether and which tools are called. */
export const responseToolChoice = component(
  z.union([
    z.enum(['none', 'auto', 'required']),
    z.discriminatedUnion('type', [namedFunction, allowedTools, hostedTool]),
  ]),
  'ResponseToolChoice',
  '`none`: tools are not shown to the model; `auto`: it decides; `required`: it calls at least one; or a named one, or some of them.',
  'auto',
);

export type ResponseTool = Known<z.infer<typeof responseTool>>;
export type ResponseToolChoice = Known<z.infer<typeof responseToolChoice>>;
