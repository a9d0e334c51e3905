import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { jsonSchema } from '../shared/scalars.ts';

/** Names that functions may have. */
export const toolName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

const parameters = {
  type: 'object',
  properties: { query: { type: 'string', description: 'What to look for' } },
  required: ['query'],
};

/** A function, described for the model. */
export const functionDefinition = component(
  z.looseObject({
    name: field(toolName, 'Its name: 1 to 64 letters, digits, _ and -.', 'search_web'),
    description: optional(z.string(), 'What it does and when to call it.', 'Searches the web.'),
    parameters: optional(
      jsonSchema,
      'A JSON Schema of the object of its arguments. Left out: it takes none.',
      parameters,
    ),
    strict: optional(
      z.boolean(),
      'Arguments are made to keep to the schema. A schema that cannot be kept to is refused.',
      true,
      { default: false },
    ),
  }),
  'FunctionDefinition',
  'A function that the model may call.',
  { name: 'search_web', description: 'Searches the web.', parameters },
);

/** A tool in OpenAI's form. */
export const chatTool = component(
  z.looseObject({
    type: field(z.literal('function'), 'The only kind there is.', 'function'),
    function: field(functionDefinition, 'The function.', { name: 'search_web', parameters }),
  }),
  'ChatTool',
  'A tool that the model may use.',
  { type: 'function', function: { name: 'search_web', description: 'Searches the web.', parameters } },
);

const namedTool = component(
  z.looseObject({
    type: field(z.literal('function'), 'Says that a function is named.', 'function'),
    function: field(
      z.looseObject({ name: field(toolName, 'Name of one of the tools.', 'search_web') }),
      'Which function.',
      { name: 'search_web' },
    ),
  }),
  'NamedTool',
  'One of the tools, by its name.',
  { type: 'function', function: { name: 'search_web' } },
);

const allowedToolsChoice = component(
  z.looseObject({
    type: field(z.literal('allowed_tools'), 'Says that only some of the tools may be called.', 'allowed_tools'),
    allowed_tools: field(
      z.looseObject({
        mode: field(z.enum(['auto', 'required']), 'Whether the model may or must call one of them.', 'auto'),
        tools: field(z.array(namedTool).min(1), 'Which ones.', [
          { type: 'function', function: { name: 'search_web' } },
        ]),
      }),
      'Which tools, and whether one must be called.',
      { mode: 'auto', tools: [{ type: 'function', function: { name: 'search_web' } }] },
    ),
  }),
  'AllowedToolsChoice',
  'Only some of the tools may be called.',
  {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'search_web' } }] },
  },
);

/** Whether and which tools are called. */
export const chatToolChoice = component(
  z.union([z.enum(['none', 'auto', 'required']), z.discriminatedUnion('type', [namedTool, allowedToolsChoice])]),
  'ChatToolChoice',
  '`none`: tools are not shown to the model; `auto`: it decides; `required`: it calls at least one; or a named one, or some of them.',
  'auto',
);

export type FunctionDefinition = Known<z.infer<typeof functionDefinition>>;
export type ChatTool = Known<z.infer<typeof chatTool>>;
export type ChatToolChoice = Known<z.infer<typeof chatToolChoice>>;
