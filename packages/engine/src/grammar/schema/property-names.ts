import type { CharDfa } from '../regex/char-dfa.ts';
import { intersect, lengthDfa } from '../regex/combine-dfas.ts';
import { choice, text } from '../regex/regex.ts';
import { constantsOf } from './constants.ts';
import type { SchemaCompiler } from './schema-compiler.ts';
import { type SchemaPart, unsupportedSchema, within } from './schema-part.ts';
import { compileAt, stringLimits } from './string-limits.ts';
import { allowedTypes } from './types.ts';

/** The keys that `propertyNames` allows: null none, undefined any. */
export function propertyNames(parts: readonly SchemaPart[], compiler: SchemaCompiler): CharDfa | null | undefined {
  const { strict, budget } = compiler;
  let keys: CharDfa | null | undefined;
  for (const { schema, path } of parts) {
    if (schema.propertyNames === undefined) continue;
    const place = within(path, 'propertyNames');
    const flat = compiler.flat([{ schema: schema.propertyNames, path: place }]);
    if (!flat) return null;
    if (flat.groups.length > 0) {
      if (strict) throw unsupportedSchema(place, 'uses anyOf, oneOf or nullable, which keys may not');
      continue;
    }
    if (flat.parts.length === 0) continue;
    if (!allowedTypes(flat.parts).includes('string')) return null;
    const own = keyDfa(flat.parts, place, compiler);
    keys = own && keys ? intersect(keys, own, budget) : own;
    if (keys === null) return null;
  }
  return keys;
}

function keyDfa(parts: readonly SchemaPart[], path: string, { strict, budget }: SchemaCompiler): CharDfa | null {
  const constants = constantsOf(parts, strict);
  if (constants) {
    const names = constants.filter((value) => typeof value === 'string');
    return names.length > 0 ? compileAt(path, choice(...names.map(text)), budget) : null;
  }
  const limits = stringLimits(parts, strict, budget);
  return limits && (limits.dfa ?? lengthDfa(limits.min, limits.max, budget));
}
