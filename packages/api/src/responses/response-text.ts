import { z } from 'zod';
import { reasoningEffort } from '../chat/thinking-fields.ts';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { jsonSchema } from '../shared/scalars.ts';

const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

const textFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: field(z.literal('text'), 'Text as the model writes it.', 'text') }),
  z.looseObject({ type: field(z.literal('json_object'), 'A JSON object, whatever is in it.', 'json_object') }),
  z.looseObject({
    type: field(z.literal('json_schema'), 'JSON that keeps to a schema.', 'json_schema'),
    name: field(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), 'A name for the format.', 'person'),
    description: optional(z.string(), 'What the format is for.', 'A person'),
    schema: field(jsonSchema, 'The JSON Schema.', person),
    strict: optional(z.boolean(), 'Refuse the request if part of the schema cannot be kept to.', true, {
      default: false,
    }),
  }),
]);

/** Form of the text of a response. */
export const responseText = component(
  z.looseObject({
    format: optional(textFormat, 'Form of the visible answer. Left out: free text.', { type: 'text' }),
    verbosity: optional(z.enum(['low', 'medium', 'high']), 'How long the answer should be.', 'medium', {
      default: 'medium',
    }),
  }),
  'ResponseText',
  'Form of the text.',
  { format: { type: 'json_schema', name: 'person', schema: person } },
);

/** How much a response thinks. */
export const responseReasoning = component(
  z.looseObject({
    effort: optional(reasoningEffort, 'How much to think; none turns it off.', 'medium'),
    summary: optional(
      z.enum(['auto', 'concise', 'detailed']),
      'A summary of the thinking. The thinking itself is shown, so none is written.',
      'auto',
    ),
    generate_summary: optional(z.enum(['auto', 'concise', 'detailed']), 'The older name of summary.', 'auto', {
      deprecated: true,
    }),
  }),
  'ResponseReasoning',
  'How much to think.',
  { effort: 'medium' },
);

export type ResponseText = Known<z.infer<typeof responseText>>;
export type ResponseReasoning = Known<z.infer<typeof responseReasoning>>;
