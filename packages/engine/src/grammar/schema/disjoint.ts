import { isJsonObject } from '../../checkpoint/json.ts';
import { constantsOf } from './constants.ts';
import type { FlatSchema } from './flatten.ts';
import { type SchemaPlace, within } from './schema-part.ts';
import { allowedTypes } from './types.ts';

const DEEPEST = 4;

/**
 * Whether surely no value is valid by both: other types, other constants, or objects that must have a property of which
 * the same is true, such as the usual tag of a union.
 */
export function areDisjoint(
  a: SchemaPlace,
  b: SchemaPlace,
  flat: (place: SchemaPlace) => FlatSchema | null,
  depth = 0,
): boolean {
  const left = flat(a);
  const right = flat(b);
  if (!left || !right) return true;
  const typesA = allowedTypes(left.parts);
  const typesB = allowedTypes(right.parts);
  const isNumber = (type: string): boolean => type === 'integer' || type === 'number';
  const shared = typesA.filter((type) => typesB.some((other) => other === type || (isNumber(other) && isNumber(type))));
  if (shared.length === 0) return true;
  const valuesA = constantsOf(left.parts, false);
  const valuesB = constantsOf(right.parts, false);
  if (valuesA && valuesB) {
    const known = new Set(valuesA.map((value) => JSON.stringify(value)));
    const isPlain = [...valuesA, ...valuesB].every((value) => typeof value !== 'object' || value === null);
    if (isPlain && !valuesB.some((value) => known.has(JSON.stringify(value)))) return true;
  }
  if (shared.some((type) => type !== 'object') || depth === DEEPEST) return false;
  const tagsA = requiredProperties(left);
  for (const [name, place] of requiredProperties(right)) {
    const other = tagsA.get(name);
    if (other && areDisjoint(other, place, flat, depth + 1)) return true;
  }
  return false;
}

function requiredProperties({ parts }: FlatSchema): Map<string, SchemaPlace> {
  const found = new Map<string, SchemaPlace>();
  const required = new Set<unknown>(
    parts.flatMap(({ schema }) => (Array.isArray(schema.required) ? schema.required : [])),
  );
  for (const { schema, path } of parts) {
    if (!isJsonObject(schema.properties)) continue;
    for (const [name, property] of Object.entries(schema.properties))
      if (required.has(name)) found.set(name, { schema: property, path: within(path, 'properties', name) });
  }
  return found;
}
