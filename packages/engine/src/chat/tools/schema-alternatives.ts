import { isJsonObject, type JsonObject } from '../../checkpoint/json.ts';

/** One thing that a schema allows: a type by its JSON Schema name, or a single value of that type. */
export type SchemaAlternative = { readonly type: string; readonly only?: unknown };

const TYPES = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'];

/**
 * What a schema allows for a value, in its order; empty where it says nothing that helps to read one.
 * `root` is the schema that `$ref`s point into. Schemas within objects and arrays are not looked at.
 */
export function schemaAlternatives(schema: unknown, root: unknown): SchemaAlternative[] {
  return alternatives(schema, root, new Set());
}

/** `seen` ends circles of references; what a schema allows is counted where it is met first. */
function alternatives(schema: unknown, root: unknown, seen: Set<unknown>): SchemaAlternative[] {
  if (!isJsonObject(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const said = own(schema, root, seen).filter(({ type }) => TYPES.includes(type));
  return schema.nullable === true && said.length > 0 ? [...said, { type: 'null' }] : said;
}

function own(schema: JsonObject, root: unknown, seen: Set<unknown>): SchemaAlternative[] {
  const { type, anyOf, oneOf, allOf, const: constant, enum: members } = schema;
  if (typeof schema.$ref === 'string') return alternatives(pointedAt(schema.$ref, root), root, seen);
  if (typeof type === 'string') return [{ type }];
  if (Array.isArray(type)) return type.filter((one) => typeof one === 'string').map((one) => ({ type: one }));
  if (Array.isArray(members)) return members.map((only: unknown) => ({ type: typeOf(only), only }));
  if (constant !== undefined) return [{ type: typeOf(constant), only: constant }];
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return choices.flatMap((choice) => alternatives(choice, root, seen));
  // All of them apply; the first that names types is enough to read a value.
  if (Array.isArray(allOf)) {
    for (const part of allOf) {
      const said = alternatives(part, root, seen);
      if (said.length > 0) return said;
    }
  }
  if (isJsonObject(schema.properties)) return [{ type: 'object' }];
  return schema.items !== undefined || schema.prefixItems !== undefined ? [{ type: 'array' }] : [];
}

/** The declared parameters of a tool, by name; undefined where its schema declares none. */
export function declaredParameters(parameters: unknown): JsonObject | undefined {
  let schema = parameters;
  for (const seen = new Set(); isJsonObject(schema) && typeof schema.$ref === 'string' && !seen.has(schema); ) {
    seen.add(schema);
    schema = pointedAt(schema.$ref, parameters);
  }
  return isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : undefined;
}

/** What a reference within the document names, as `#/$defs/Name` does. */
function pointedAt(reference: string, root: unknown): unknown {
  const [start, ...path] = reference.split('/');
  if (start !== '#') return undefined;
  let target = root;
  for (const step of path) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    target =
      typeof target === 'object' && target !== null && Object.hasOwn(target, key)
        ? Reflect.get(target, key)
        : undefined;
  }
  return target;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
