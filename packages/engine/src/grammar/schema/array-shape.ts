import { shown } from '../../checkpoint/json.ts';
import type { ArrayShape } from '../json/array-rule.ts';
import { countLimits } from './limits.ts';
import type { SchemaCompiler } from './schema-compiler.ts';
import { badSchema, type SchemaPart, type SchemaPlace, within } from './schema-part.ts';

/** What the parts say of lists; null where they say nothing. */
export function arrayShape(parts: readonly SchemaPart[], compiler: SchemaCompiler): ArrayShape | null {
  const lists = parts.map(listOf);
  const { min, max } = countLimits(parts, 'minItems', 'maxItems');
  if (
    lists.every(({ first, others }) => first.length === 0 && !others) &&
    min === 0 &&
    max === Number.POSITIVE_INFINITY
  )
    return null;
  const length = Math.max(...lists.map(({ first }) => first.length));
  compiler.budget.spend(length);
  const itemAt = (index: number): SchemaPlace[] =>
    lists.flatMap(({ first, others }) => first[index] ?? (others ? [others] : []));
  // No rule for what cannot come: it might be recursive without end.
  const prefix = Array.from({ length: Math.min(length, max) }, (_, index) => compiler.rule(itemAt(index)));
  return { prefix, items: max > length ? compiler.rule(itemAt(length)) : null, min, max };
}

/** The schemas of the first items and of all others, in the spelling of 2020-12 or of earlier drafts. */
function listOf(part: SchemaPart): { first: readonly SchemaPlace[]; others: SchemaPlace | null } {
  const { schema, path } = part;
  const isOld = Array.isArray(schema.items);
  const keyword = isOld ? 'items' : 'prefixItems';
  const first = schema[keyword] ?? [];
  if (!Array.isArray(first))
    throw badSchema(within(path, keyword), `is ${shown(first)}; a list of schemas is expected`);
  const rest = isOld ? 'additionalItems' : 'items';
  return {
    first: first.map((item: unknown, i) => ({ schema: item, path: within(path, keyword, i) })),
    others: schema[rest] === undefined ? null : { schema: schema[rest], path: within(path, rest) },
  };
}
