import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { jsonObject, jsonSchema } from '../shared/scalars.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
  additionalProperties: false,
};

const formatName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

const textFormat = component(
  z.looseObject({ type: field(z.literal('text'), 'Text as the model writes it.', 'text') }),
  'TextFormat',
  'The answer is free text.',
  { type: 'text' },
);

const jsonObjectFormat = component(
  z.looseObject({
    type: field(z.literal('json_object'), 'A JSON object, whatever is in it.', 'json_object'),
    schema: optional(jsonSchema, 'A JSON Schema for it; llama.cpp and SGLang take one here.', person),
  }),
  'JsonObjectFormat',
  'The answer is a JSON object.',
  { type: 'json_object' },
);

const jsonSchemaFormat = component(
  z.looseObject({
    type: field(z.literal('json_schema'), 'JSON that keeps to a schema.', 'json_schema'),
    json_schema: field(
      z.looseObject({
        name: field(formatName, 'A name for the format: 1 to 64 letters, digits, _ and -.', 'person'),
        description: optional(z.string(), 'What the format is for.', 'A person'),
        schema: optional(jsonSchema, 'The JSON Schema. Left out: any object.', person),
        strict: optional(z.boolean(), 'Refuse the request if part of the schema cannot be kept to.', true, {
          default: false,
        }),
      }),
      'The format.',
      { name: 'person', schema: person, strict: true },
    ),
  }),
  'JsonSchemaFormat',
  'The answer is JSON that keeps to a schema.',
  { type: 'json_schema', json_schema: { name: 'person', schema: person, strict: true } },
);

/** Form of the answer, in OpenAI's way. */
export const responseFormat = component(
  z.discriminatedUnion('type', [textFormat, jsonObjectFormat, jsonSchemaFormat]),
  'ResponseFormat',
  'Form of the visible answer. The thinking stays free.',
  { type: 'json_object' },
);

/** Form of the answer, in vLLM's way. */
export const structuredOutputs = component(
  z.looseObject({
    json: optional(z.union([jsonSchema, z.string()]), 'A JSON Schema, as an object or as JSON text.', person),
    regex: optional(z.string().min(1), 'A regular expression that the whole answer matches.', '\\d{4}-\\d{2}-\\d{2}'),
    choice: optional(z.array(z.string()).min(1), 'The answer is one of these texts.', ['yes', 'no']),
    grammar: optional(z.string().min(1), 'A grammar of the answer, in EBNF.', 'root ::= "yes" | "no"'),
    json_object: optional(z.boolean(), 'The answer is a JSON object.', true),
    structural_tag: optional(z.union([z.string(), jsonObject]), 'Formats that begin at given tags.', {
      type: 'structural_tag',
    }),
    whitespace_pattern: optional(z.string(), 'A regular expression of white space in JSON.', '[ \\n]?'),
    disable_any_whitespace: optional(z.boolean(), 'No more white space in JSON than needed.', true),
    disable_additional_properties: optional(z.boolean(), 'Objects have only the properties of the schema.', true),
  }),
  'StructuredOutputs',
  'Form of the visible answer; exactly one of json, regex, choice, grammar, json_object and structural_tag is given.',
  { choice: ['yes', 'no'] },
);

export type ResponseFormat = Known<z.infer<typeof responseFormat>>;
export type StructuredOutputs = Known<z.infer<typeof structuredOutputs>>;
