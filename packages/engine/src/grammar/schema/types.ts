import { shown } from '../../checkpoint/json.ts';
import { badSchema, type SchemaPart, within } from './schema-part.ts';

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

const NAMES: readonly string[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];
const ALL: readonly JsonType[] = ['object', 'array', 'string', 'number', 'boolean', 'null'];

/** The types that all parts allow, in the order of the first that names any. Never both `integer` and `number`. */
export function allowedTypes(parts: readonly SchemaPart[]): JsonType[] {
  let allowed: readonly JsonType[] = ALL;
  for (const part of parts) {
    const named = namedTypes(part);
    if (!named) continue;
    const isWhole = named.includes('integer') && !named.includes('number');
    const first = allowed === ALL ? named.filter((type) => type !== 'integer' || isWhole) : allowed;
    allowed = first
      .filter((type) => allowed.includes(type) || (type === 'integer' && allowed.includes('number')))
      .filter(
        (type) =>
          named.includes(type) || (type === 'number' && isWhole) || (type === 'integer' && named.includes('number')),
      )
      .map((type) => (type === 'number' && isWhole ? 'integer' : type));
  }
  return [...allowed];
}

/** The type of a value; whole numbers are `integer`. */
export function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
}

function namedTypes({ schema, path }: SchemaPart): JsonType[] | null {
  const { type, nullable } = schema;
  if (type === undefined) return null;
  const named: unknown[] = Array.isArray(type) ? [...type] : [type];
  for (const name of named) {
    if (typeof name !== 'string' || !NAMES.includes(name))
      throw badSchema(within(path, 'type'), `is ${shown(name)}; allowed are ${NAMES.join(', ')}`);
  }
  if (nullable === true) named.push('null');
  return [...new Set(named as JsonType[])];
}
