import { isJsonObject, type JsonObject, shown } from '../../checkpoint/json.ts';
import { checkKeywords, limits } from './keywords.ts';
import { resolveReference } from './references.ts';
import { badSchema, type SchemaPart, type SchemaPlace, within } from './schema-part.ts';

/** What must hold of a value: all parts, of each group one member. */
export type FlatSchema = {
  readonly parts: readonly SchemaPart[];
  readonly groups: readonly (readonly SchemaPlace[])[];
};

/** Called with the members of each `oneOf`. */
export type OneOfCheck = (members: readonly SchemaPlace[], path: string) => void;

/** Resolves `$ref` and `allOf` of schemas that must all hold, down to parts that say something. Null: nothing holds. */
export function flatten(
  places: readonly SchemaPlace[],
  root: unknown,
  strict: boolean,
  checkOneOf: OneOfCheck,
): FlatSchema | null {
  const parts: SchemaPart[] = [];
  const groups: (readonly SchemaPlace[])[] = [];
  // Those that are being resolved, and those that are done.
  const open = new Set<unknown>();
  const done = new Set<unknown>();

  const add = ({ schema, path }: SchemaPlace): boolean => {
    if (schema === true) return true;
    if (schema === false) return false;
    if (!isJsonObject(schema)) throw badSchema(path, `is ${shown(schema)}; an object or a boolean is expected`);
    if (open.has(schema)) throw badSchema(path, 'refers to itself without end');
    if (done.has(schema)) return true;
    open.add(schema);
    const isPossible = addObject({ schema, path });
    open.delete(schema);
    done.add(schema);
    return isPossible;
  };

  const addObject = (part: SchemaPart): boolean => {
    const { schema, path } = part;
    checkKeywords(part, strict);
    if (schema.nullable === true && schema.type === undefined) {
      groups.push([
        { schema: without(schema, 'nullable'), path },
        { schema: NULL, path },
      ]);
      return true;
    }
    if (limits(part)) parts.push({ schema: without(schema, '$ref', 'allOf', 'anyOf', 'oneOf'), path });
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const members = membersOf(part, keyword);
      if (!members) continue;
      if (keyword === 'oneOf') checkOneOf(members, within(path, keyword));
      groups.push(members);
    }
    if (schema.$ref !== undefined && !add(resolveReference(root, schema.$ref, within(path, '$ref')))) return false;
    return (membersOf(part, 'allOf') ?? []).every(add);
  };

  return places.every(add) ? { parts, groups } : null;
}

const NULL: JsonObject = { type: 'null' };
const known = new WeakMap<JsonObject, JsonObject>();

/** A schema without some keywords. The same each time, so that rules are known again. */
function without(schema: JsonObject, ...keywords: readonly string[]): JsonObject {
  if (!keywords.some((keyword) => Object.hasOwn(schema, keyword))) return schema;
  let rest = known.get(schema);
  if (!rest) {
    rest = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
    known.set(schema, rest);
  }
  return rest;
}

function membersOf({ schema, path }: SchemaPart, keyword: string): SchemaPlace[] | null {
  const members = schema[keyword];
  if (members === undefined) return null;
  if (!Array.isArray(members) || members.length === 0)
    throw badSchema(within(path, keyword), `is ${shown(members)}; a list of schemas is expected`);
  return members.map((schema: unknown, i) => ({ schema, path: within(path, keyword, i) }));
}
