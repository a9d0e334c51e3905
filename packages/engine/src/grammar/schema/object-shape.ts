import { isJsonObject, type JsonObject, shown } from '../../checkpoint/json.ts';
import type { Rule } from '../automaton/state.ts';
import { countedString } from '../json/counted-strings.ts';
import type { ObjectShape } from '../json/object-rule.ts';
import type { CharDfa } from '../regex/char-dfa.ts';
import { intersect, invert } from '../regex/combine-dfas.ts';
import { dfaRule } from '../regex/dfa-rule.ts';
import { accepts, otherNames } from './key-patterns.ts';
import { countLimits } from './limits.ts';
import { propertyNames } from './property-names.ts';
import type { SchemaCompiler } from './schema-compiler.ts';
import { badSchema, type SchemaPart, type SchemaPlace, unsupportedSchema, within } from './schema-part.ts';
import { compileAt, patternRegex } from './string-limits.ts';

const KEYWORDS = [
  ...['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames', 'minProperties'],
  'maxProperties',
];
/** Each subset of patterns that a key may match is looked at. */
const MOST_PATTERNS = 4;

type Pattern = { readonly part: SchemaPart; readonly dfa: CharDfa; readonly value: SchemaPlace };

/** What the parts say of objects; null where they say nothing. */
export function objectShape(parts: readonly SchemaPart[], compiler: SchemaCompiler): ObjectShape | null {
  if (!parts.some(({ schema }) => KEYWORDS.some((keyword) => schema[keyword] !== undefined))) return null;
  const patterns = parts.flatMap((part) => patternsOf(part, compiler));
  if (patterns.length > MOST_PATTERNS)
    throw unsupportedSchema(parts[0]!.path, `has more than ${MOST_PATTERNS} patternProperties, which is not supported`);
  const required = new Set(parts.flatMap(requiredOf));
  const declared = new Set(parts.flatMap((part) => Object.keys(objectOf(part, 'properties'))));
  const names = [...declared.union(required)];
  compiler.budget.spend(names.reduce((sum, name) => sum + name.length, 0));
  const keys = propertyNames(parts, compiler);
  const isKey = (name: string): boolean => keys === undefined || (keys !== null && accepts(keys, name));
  const properties = names.flatMap((name) => {
    if (!name.isWellFormed()) throw badSchema(parts[0]!.path, `has a property ${shown(name)}, which is no text`);
    const matched = patterns.filter(({ dfa }) => accepts(dfa, name));
    const places = isKey(name) ? valuePlaces(parts, matched, name) : [never(parts)];
    return [{ name, value: compiler.rule(places), isRequired: required.has(name) }];
  });
  const others = otherKeys(parts, patterns, names, keys, compiler);
  const { min, max } = countLimits(parts, 'minProperties', 'maxProperties');
  if (compiler.strict && others.length > 0 && min > required.size + 1) {
    throw unsupportedSchema(
      within(parts[0]!.path, 'minProperties'),
      `is ${min}; with keys that are not declared, strict schemas may ask for one more than those required`,
    );
  }
  compiler.budget.spend(max === Number.POSITIVE_INFINITY && min === 0 ? 0 : names.length * Math.min(names.length, min));
  return { properties, others, min, max };
}

/** The schemas of a property's value: its own and those of patterns, or else that of all others. */
function valuePlaces(parts: readonly SchemaPart[], matched: readonly Pattern[], name: string | null): SchemaPlace[] {
  return parts.flatMap((part) => {
    const properties = objectOf(part, 'properties');
    const own = matched.filter((pattern) => pattern.part === part).map(({ value }) => value);
    if (name !== null && Object.hasOwn(properties, name))
      own.push({ schema: properties[name], path: within(part.path, 'properties', name) });
    const { additionalProperties } = part.schema;
    if (own.length > 0 || additionalProperties === undefined) return own;
    return [{ schema: additionalProperties, path: within(part.path, 'additionalProperties') }];
  });
}

/** Keys that are not declared, apart by the patterns that they match. */
function otherKeys(
  parts: readonly SchemaPart[],
  patterns: readonly Pattern[],
  names: readonly string[],
  keys: CharDfa | null | undefined,
  compiler: SchemaCompiler,
): { key: Rule; value: Rule }[] {
  const { budget, machine } = compiler;
  if (keys === null) return [];
  let free: CharDfa | null | undefined = names.length > 0 ? otherNames(names, budget) : undefined;
  if (keys) free = free ? intersect(free, keys, budget) : keys;
  const found: { key: Rule; value: Rule }[] = [];
  for (let subset = 0; subset < 1 << patterns.length; subset++) {
    const matched = patterns.filter((_, i) => (subset >> i) & 1);
    const places = valuePlaces(parts, matched, null);
    if (places.some(({ schema }) => schema === false)) continue;
    let dfa = free;
    for (const [i, pattern] of patterns.entries()) {
      const wanted = (subset >> i) & 1 ? pattern.dfa : invert(pattern.dfa, budget);
      dfa = wanted && dfa ? intersect(dfa, wanted, budget) : dfa === null ? null : wanted;
    }
    if (dfa === null) continue;
    found.push({ key: dfa ? dfaRule(dfa, 'json', machine) : countedString(), value: compiler.rule(places) });
  }
  return found;
}

function patternsOf(part: SchemaPart, { strict, budget }: SchemaCompiler): Pattern[] {
  return Object.entries(objectOf(part, 'patternProperties')).flatMap(([pattern, schema]) => {
    const path = within(part.path, 'patternProperties', pattern);
    const regex = patternRegex(pattern, path, strict);
    const dfa = regex && compileAt(path, regex, budget);
    return dfa ? [{ part, dfa, value: { schema, path } }] : [];
  });
}

function objectOf({ schema, path }: SchemaPart, keyword: string): JsonObject {
  const value = schema[keyword] ?? {};
  if (!isJsonObject(value)) throw badSchema(within(path, keyword), `is ${shown(value)}; an object is expected`);
  return value;
}

function requiredOf({ schema, path }: SchemaPart): string[] {
  const { required = [] } = schema;
  if (!Array.isArray(required) || required.some((name) => typeof name !== 'string'))
    throw badSchema(within(path, 'required'), `is ${shown(required)}; a list of names is expected`);
  return required;
}

function never(parts: readonly SchemaPart[]): SchemaPlace {
  return { schema: false, path: parts[0]!.path };
}
