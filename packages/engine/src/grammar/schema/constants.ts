import { isJsonObject, shown } from '../../checkpoint/json.ts';
import { limits } from './keywords.ts';
import { badSchema, type SchemaPart, unsupportedSchema, within } from './schema-part.ts';
import { admits } from './string-limits.ts';
import { allowedTypes, typeOf } from './types.ts';

/** The only values that `enum` and `const` leave, in their order; null where no part has either. */
export function constantsOf(parts: readonly SchemaPart[], strict: boolean): unknown[] | null {
  let values: unknown[] | null = null;
  for (const { schema, path } of parts) {
    for (const [keyword, members] of [
      ['enum', schema.enum],
      ['const', Object.hasOwn(schema, 'const') ? [schema.const] : undefined],
    ] as const) {
      if (members === undefined) continue;
      if (!Array.isArray(members) || members.length === 0)
        throw badSchema(within(path, keyword), `is ${shown(members)}; a list of values is expected`);
      const known = new Set(members.map(key));
      values = values ? values.filter((value) => known.has(key(value))) : [...members];
    }
  }
  if (!values) return null;
  const types = allowedTypes(parts);
  const left = values.filter((value) => {
    const type = typeOf(value);
    return (
      (types.includes(type) || (type === 'integer' && types.includes('number'))) &&
      parts.every((part) => admits(part, value))
    );
  });
  if (strict && left.some((value) => typeof value === 'object' && value !== null)) checkAlone(parts);
  const distinct = new Map(left.map((value) => [key(value), value]));
  return [...distinct.values()];
}

/** Objects and lists are not checked against what else a schema says. */
function checkAlone(parts: readonly SchemaPart[]): void {
  for (const part of parts) {
    const { type: _, enum: __, const: ___, ...rest } = part.schema;
    if (limits({ ...part, schema: rest }))
      throw unsupportedSchema(
        part.path,
        'limits objects or lists of enum or const further, which strict schemas may not',
      );
  }
}

/** Equal for values that JSON schema takes for equal. */
function key(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(key).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((name) => `${JSON.stringify(name)}:${key(value[name])}`).join()}}`;
}
