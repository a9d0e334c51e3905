import { type SchemaPart, unsupportedSchema, within } from './schema-part.ts';

/** What is kept, and so makes a schema more than a remark. */
const KEPT: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames'],
  ...['minProperties', 'maxProperties', 'items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems', 'minLength'],
  ...['maxLength', 'pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]);

/** What no automaton here keeps. Other keywords are remarks. */
const NOT_KEPT = [
  ...['not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas', 'dependencies', 'uniqueItems', 'contains'],
  ...['minContains', 'maxContains', 'unevaluatedProperties', 'unevaluatedItems'],
];

/** Whether a schema limits anything by itself, apart from the schemas that it refers to or combines. */
export function limits({ schema }: SchemaPart): boolean {
  return Object.keys(schema).some((keyword) => KEPT.has(keyword));
}

/** Throws `unsupported` for a keyword that changes what is valid and is not kept; only if `strict`, where it can be checked later. */
export function checkKeywords({ schema, path }: SchemaPart, strict: boolean): void {
  for (const keyword of ['$dynamicRef', '$recursiveRef']) {
    if (Object.hasOwn(schema, keyword))
      throw unsupportedSchema(within(path, keyword), `uses ${keyword}; allowed are $ref into the same document`);
  }
  if (!strict) return;
  for (const keyword of NOT_KEPT) {
    if (!Object.hasOwn(schema, keyword) || (keyword === 'uniqueItems' && schema[keyword] === false)) continue;
    throw unsupportedSchema(
      within(path, keyword),
      `uses ${keyword}, which strict schemas may not; allowed are ${[...KEPT].join(', ')}, anyOf, oneOf, allOf, $ref and remarks`,
    );
  }
}
