import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { errorCodes } from '../errors/error-codes.ts';
import { openApiDocument } from './open-api-document.ts';

type Json = { [name: string]: unknown };

const document = JSON.parse(JSON.stringify(openApiDocument({ version: '0.1.0' }))) as Json;
const components = document.components as { schemas: Record<string, Json>; responses: Record<string, Json> };

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, validateFormats: false });
ajv.addVocabulary(['components', 'discriminator']);
ajv.addSchema({ $id: 'doc', components }, 'doc');

function check(schema: Json, example: unknown): string {
  // References of the document are taken from where it was added.
  const moved = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/')) as Json;
  const validate = ajv.compile(moved);
  return validate(example) ? '' : ajv.errorsText(validate.errors);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Calls back for every schema below, also those in combinations. */
function eachSchema(schema: unknown, path: string, visit: (schema: Json, path: string) => void): void {
  if (!isObject(schema)) return;
  visit(schema, path);
  for (const [name, inner] of Object.entries((schema.properties as Json) ?? {})) {
    eachSchema(inner, `${path}.${name}`, visit);
  }
  for (const key of ['items', 'additionalProperties', 'propertyNames', 'not']) {
    eachSchema(schema[key], `${path}/${key}`, visit);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    if (Array.isArray(schema[key]))
      schema[key].forEach((inner, at) => {
        eachSchema(inner, `${path}/${key}${at}`, visit);
      });
  }
}

/** Every schema of the document: components, bodies, replies, headers and parameters. */
function eachSchemaOfDocument(visit: (schema: Json, path: string) => void): void {
  for (const [name, schema] of Object.entries(components.schemas)) eachSchema(schema, name, visit);
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value))
      value.forEach((item, at) => {
        walk(item, `${path}[${at}]`);
      });
    if (!isObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'schema') eachSchema(inner, path, visit);
      else walk(inner, `${path}/${key}`);
    }
  };
  walk(document.paths, 'paths');
  walk(components.responses, 'responses');
}

function resolve(schema: Json): Json {
  return typeof schema.$ref === 'string' ? components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
}

test('every field has a description and an example', () => {
  const lacking: string[] = [];
  let fields = 0;
  eachSchemaOfDocument((schema, path) => {
    for (const [name, property] of Object.entries((schema.properties as Record<string, Json>) ?? {})) {
      fields++;
      for (const note of ['description', 'examples']) {
        if (property[note] === undefined && resolve(property)[note] === undefined)
          lacking.push(`${path}.${name}: ${note}`);
      }
    }
  });
  assert.deepEqual(lacking, []);
  assert.ok(fields > 500, `${fields} fields`);
});

test('every component has a description and an example', () => {
  for (const [name, schema] of Object.entries(components.schemas)) {
    assert.ok(schema.description && schema.examples, name);
  }
});

test('every number has a range', () => {
  eachSchemaOfDocument((schema, path) => {
    if (schema.const !== undefined || (schema.type !== 'number' && schema.type !== 'integer')) return;
    const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].filter((key) => key in schema);
    assert.ok(bounds.length > 0, path);
  });
});

test('the ranges and defaults of a chat request are the documented ones', () => {
  const fields = components.schemas.ChatCompletionRequest!.properties as Record<string, Json>;
  const ranges: Record<string, Json> = {
    temperature: { minimum: 0, maximum: 2 },
    top_p: { exclusiveMinimum: 0, maximum: 1 },
    top_k: { minimum: -1 },
    min_p: { minimum: 0, maximum: 1 },
    presence_penalty: { minimum: -2, maximum: 2 },
    frequency_penalty: { minimum: -2, maximum: 2 },
    repetition_penalty: { exclusiveMinimum: 0 },
    n: { minimum: 1, maximum: 16 },
    top_logprobs: { minimum: 0, maximum: 20 },
    prompt_logprobs: { minimum: 0, maximum: 20 },
    max_tokens: { minimum: 1 },
    max_completion_tokens: { minimum: 1 },
    min_tokens: { minimum: 0 },
    thinking_budget: { minimum: 0 },
    seed: { type: 'integer', format: 'int64', minimum: -(2 ** 63), maximum: 2 ** 63 },
  };
  for (const [name, range] of Object.entries(ranges)) {
    const [schema] = fields[name]!.anyOf as Json[];
    for (const [key, value] of Object.entries(range)) assert.equal(schema![key], value, `${name}.${key}`);
  }
  const defaults = {
    n: 1,
    stream: false,
    min_p: 0,
    presence_penalty: 0,
    parallel_tool_calls: true,
    enable_search: false,
  };
  for (const [name, value] of Object.entries(defaults)) assert.equal(fields[name]!.default, value, name);
  for (const name of ['temperature', 'enable_thinking', 'thinking_budget', 'tool_choice']) {
    assert.ok(!('default' in fields[name]!), name);
  }
});

test('all references lead somewhere, and names are used once', () => {
  const text = JSON.stringify(document);
  for (const [, kind, name] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)) {
    assert.ok((document.components as Record<string, Json>)[kind!]?.[name!], `${kind}/${name}`);
  }
  const ids = Object.values(document.paths as Record<string, Record<string, Json>>)
    .flatMap((path) => Object.values(path))
    .map((operation) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.toSorted(), [
    'countMessageTokens',
    'createChatCompletion',
    'createCompletion',
    'createMessage',
    'createResponse',
    'deleteFile',
    'deleteResponse',
    'detokenize',
    'getFile',
    'getFileContent',
    'getHealth',
    'getMetrics',
    'getModel',
    'getOpenApi',
    'getResponse',
    'getVersion',
    'listFiles',
    'listInputItems',
    'listModels',
    'tokenize',
    'uploadFile',
  ]);
});

test('schemas compile, and examples keep to them', () => {
  const wrong: string[] = [];
  let examples = 0;
  eachSchemaOfDocument((schema, path) => {
    const given = [...((schema.examples as unknown[]) ?? []), ...('default' in schema ? [schema.default] : [])];
    if (given.length === 0) check(schema, null);
    for (const example of given) {
      examples++;
      const errors = check(schema, example);
      if (errors) wrong.push(`${path}: ${JSON.stringify(example)}: ${errors}`);
    }
  });
  assert.deepEqual(wrong, []);
  assert.ok(examples > 500, `${examples} examples`);
});

test('operations have summaries, known tags, replies and errors', () => {
  const tags = (document.tags as { name: string }[]).map(({ name }) => name);
  for (const [path, item] of Object.entries(document.paths as Record<string, Record<string, Json>>)) {
    for (const operation of Object.values(item)) {
      assert.ok(operation.summary && operation.description, path);
      assert.ok(tags.includes((operation.tags as string[])[0]!), path);
      const replies = Object.keys(operation.responses as Json);
      assert.ok(replies.includes('200'), path);
      if (operation.requestBody)
        assert.ok(
          ['400', '401', '404', '413', '415', '429', '500', '503'].every((s) => replies.includes(s)),
          path,
        );
      for (const name of path.matchAll(/\{(\w+)\}/g)) {
        assert.ok(
          (operation.parameters as Json[]).some((one) => one.name === name[1] && one.in === 'path'),
          path,
        );
      }
    }
  }
  assert.equal(document.openapi, '3.1.0');
  const servers = document.servers as { url: string }[];
  assert.deepEqual(
    servers.map(({ url }) => url),
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/compatible-mode'],
  );
});

test('streams are described by their events', () => {
  const paths = document.paths as Record<string, { post: { responses: Record<string, { content: Json }> } }>;
  const eventOf = (path: string): unknown => paths[path]!.post.responses['200']!.content['text/event-stream'];
  const schema = (name: string): Json => ({ schema: { $ref: `#/components/schemas/${name}` } });
  assert.deepEqual(eventOf('/v1/chat/completions'), schema('ChatCompletionChunk'));
  assert.deepEqual(eventOf('/v1/completions'), schema('CompletionChunk'));
  assert.deepEqual(eventOf('/v1/responses'), schema('ResponseEvent'));
  assert.deepEqual(eventOf('/v1/messages'), schema('MessagesEvent'));
});

test('the error codes are in the document', () => {
  const text = JSON.stringify(components.schemas.ErrorDetail);
  for (const code of Object.keys(errorCodes)) assert.ok(text.includes(code), code);
});
