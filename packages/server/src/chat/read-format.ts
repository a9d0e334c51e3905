import type { ChatCompletionRequest } from '@lantern/api';
import type { Engine, Grammar, TokenConstraint } from '@lantern/engine';
import {
  choiceGrammar,
  GrammarMatcher,
  type GrammarOptions,
  jsonGrammar,
  jsonSchemaGrammar,
  LanternError,
  regexGrammar,
  TokenTrie,
  toolCallGrammar,
} from '@lantern/engine';
import { badField } from '../http/api-error.ts';
import { checkJsonSchema, type ToolPlan } from './read-tools.ts';
import { schemaValidator } from './schema-validator.ts';

/** The form that an answer has to have. */
export type AnswerFormat = {
  /** Makes what holds an answer to it; null where it is free. */
  constraint: ((answer: { startsInThinking: boolean }) => TokenConstraint) | null;
  /** The schema that finished text is checked against; null where there is none. */
  schema: { strict: boolean; keeps: (content: string) => boolean } | null;
};

type JsonSchema = { readonly [key: string]: unknown };
type Form = {
  param: string;
  compile: (options: GrammarOptions) => Grammar;
  schema?: { value: JsonSchema; strict: boolean };
};

/**
 * The form that `response_format`, `structured_outputs`, or tools that must be called or kept to strictly ask for.
 * Throws a 400 that names the field, and in a schema the place, for what cannot be kept.
 */
export function readFormat(
  request: Pick<ChatCompletionRequest, 'response_format' | 'structured_outputs'>,
  tools: ToolPlan | null,
  engine: Engine,
): AnswerFormat {
  const form = onlyForm(textForm(request), tools && toolForm(tools));
  if (!form) return { constraint: null, schema: null };
  // Without thinking first, line breaks would be part of the answer. What is wrong with a form is told at once.
  const plain = compiled(form, {});
  return {
    constraint: ({ startsInThinking }) => {
      const grammar = startsInThinking ? compiled(form, { leadingNewlines: true }) : plain;
      return new GrammarMatcher(grammar, TokenTrie.of(engine.tokenizer), engine.stopIds);
    },
    schema: form.schema ? { strict: form.schema.strict, keeps: schemaValidator(form.schema.value) } : null,
  };
}

function textForm({
  response_format: format,
  structured_outputs: outputs,
}: Parameters<typeof readFormat>[0]): Form | null {
  const own = outputs ? structuredForm(outputs) : null;
  if (!format || format.type === 'text') return own;
  if (own) throw badField('structured_outputs', 'structured_outputs and response_format exclude each other; send one');
  if (format.type === 'json_object')
    return format.schema
      ? schemaForm(format.schema, false, 'response_format.schema')
      : { param: 'response_format', compile: jsonGrammar };
  const { schema, strict } = format.json_schema;
  return schema
    ? schemaForm(schema, strict ?? false, 'response_format.json_schema.schema')
    : { param: 'response_format', compile: jsonGrammar };
}

function structuredForm(outputs: NonNullable<ChatCompletionRequest['structured_outputs']>): Form | null {
  const { json, regex, choice, grammar, json_object: anyJson, structural_tag: tag } = outputs;
  const given = Object.entries({
    json,
    regex,
    choice,
    grammar,
    json_object: anyJson || undefined,
    structural_tag: tag,
  });
  const names = given.filter(([, value]) => value !== undefined && value !== null).map(([name]) => name);
  const param = `structured_outputs.${names[0] ?? ''}`;
  if (names.length !== 1)
    throw badField(
      'structured_outputs',
      `structured_outputs has ${names.join(' and ') || 'nothing'}; exactly one form is needed`,
    );
  if (grammar || tag)
    throw badField(
      param,
      `${param} cannot be honoured by this server; json, regex, choice and json_object are there`,
      'unsupported_field',
    );
  if (regex) return { param, compile: (options) => regexGrammar(regex, options) };
  if (choice) return { param, compile: (options) => choiceGrammar(choice, options) };
  if (json) return schemaForm(typeof json === 'string' ? parseSchema(json, param) : json, false, param);
  return { param, compile: jsonGrammar };
}

function toolForm({ offered, callable, mode, isParallel }: ToolPlan): Form | null {
  const strict = offered.some((tool) => tool.function.strict === true);
  const required = mode === 'required';
  if (!required && !strict) return null;
  const choice = callable ? { choice: callable } : {};
  return {
    param: 'tools',
    compile: (options) => toolCallGrammar(offered, { ...options, ...choice, required, parallel: isParallel, strict }),
  };
}

function onlyForm(text: Form | null, tools: Form | null): Form | null {
  if (text && tools)
    throw badField(
      text.param,
      `${text.param} and tools that are called or strict exclude each other; send tool_choice: "none" or no format`,
    );
  return text ?? tools;
}

function schemaForm(value: JsonSchema, strict: boolean, param: string): Form {
  checkJsonSchema(value, param);
  return { param, compile: (options) => jsonSchemaGrammar(value, { ...options, strict }), schema: { value, strict } };
}

function parseSchema(text: string, param: string): JsonSchema {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonSchema;
  } catch {
    // The same refusal as for JSON that is no object.
  }
  throw badField(param, `${param} is a text that is no JSON object; a JSON Schema is expected`, 'invalid_schema');
}

function compiled({ param, compile }: Form, options: GrammarOptions): Grammar {
  try {
    return compile(options);
  } catch (error) {
    if (error instanceof LanternError) throw badField(param, `${param}: ${error.message}`, 'invalid_schema');
    throw error;
  }
}
