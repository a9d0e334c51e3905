/** What is wrong with a schema, and the path of the value at fault in it. */
export type SchemaFault = { path: PropertyKey[]; value: unknown; allowed: string };

type Check = (value: unknown, path: PropertyKey[]) => SchemaFault[];

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/**
 * What of a value is no JSON Schema (draft 2020-12). Keywords that are not known may be anything, as the draft says.
 * Schema libraries make code at run time, which the page's policy forbids.
 */
export function checkJsonSchema(value: unknown, path: PropertyKey[] = []): SchemaFault[] {
  if (typeof value === 'boolean') return [];
  if (!isObject(value)) return [{ path, value, allowed: 'be a schema: an object, true or false' }];
  return Object.entries(value).flatMap(([key, each]) =>
    Object.hasOwn(keywords, key) ? keywords[key]!(each, [...path, key]) : [],
  );
}

const must =
  (allowed: string, isGood: (value: unknown) => boolean): Check =>
  (value, path) =>
    isGood(value) ? [] : [{ path, value, allowed }];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = must('be a string', (value) => typeof value === 'string');
const flag = must('be true or false', (value) => typeof value === 'boolean');
const number = must('be a number', (value) => typeof value === 'number');
const step = must('be a number above 0', (value) => typeof value === 'number' && value > 0);
const count = must('be a whole number from 0 up', (value) => Number.isInteger(value) && (value as number) >= 0);
const list = must('be a list', Array.isArray);

const names: Check = (value, path) => {
  if (!Array.isArray(value)) return [{ path, value, allowed: 'be a list of names' }];
  return value.flatMap((each, index) => {
    if (typeof each !== 'string') return [{ path: [...path, index], value: each, allowed: 'be a string' }];
    const isNew = value.indexOf(each) === index;
    return isNew ? [] : [{ path: [...path, index], value: each, allowed: 'be named once' }];
  });
};

const type: Check = (value, path) => {
  const allowed = `be one of ${TYPES.map((name) => JSON.stringify(name)).join(', ')}`;
  if (!Array.isArray(value)) return TYPES.includes(value as string) ? [] : [{ path, value, allowed }];
  if (value.length === 0) return [{ path, value, allowed: 'name at least one type' }];
  return value.flatMap((each, index) =>
    TYPES.includes(each as string) ? [] : [{ path: [...path, index], value: each, allowed }],
  );
};

const pattern: Check = (value, path) => {
  if (typeof value !== 'string') return text(value, path);
  try {
    new RegExp(value, 'u');
    return [];
  } catch {
    return [{ path, value, allowed: 'be a regular expression' }];
  }
};

const schemasByName: Check = (value, path) => {
  if (!isObject(value)) return [{ path, value, allowed: 'be an object of schemas by name' }];
  return Object.entries(value).flatMap(([name, each]) => checkJsonSchema(each, [...path, name]));
};

const schemas: Check = (value, path) => {
  if (!Array.isArray(value) || value.length === 0)
    return [{ path, value, allowed: 'be a list of at least one schema' }];
  return value.flatMap((each, index) => checkJsonSchema(each, [...path, index]));
};

const all = (check: Check, names: readonly string[]) => names.map((name) => [name, check] as const);

const keywords: Readonly<Record<string, Check>> = Object.fromEntries([
  ...all(type, ['type']),
  ...all(names, ['required']),
  ...all(pattern, ['pattern']),
  ...all(text, ['title', 'description', 'format', '$ref', '$id', '$schema', '$anchor', '$comment']),
  ...all(list, ['enum', 'examples']),
  ...all(flag, ['uniqueItems', 'deprecated', 'readOnly', 'writeOnly']),
  ...all(number, ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']),
  ...all(step, ['multipleOf']),
  ...all(count, ['minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains']),
  ...all(count, ['minProperties', 'maxProperties']),
  ...all(schemasByName, ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']),
  ...all(schemas, ['anyOf', 'oneOf', 'allOf', 'prefixItems']),
  ...all(checkJsonSchema, ['items', 'contains', 'not', 'if', 'then', 'else', 'propertyNames']),
  ...all(checkJsonSchema, ['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems']),
]);
