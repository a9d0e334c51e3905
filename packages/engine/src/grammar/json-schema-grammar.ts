import { LanternError } from '../errors.ts';
import { Machine } from './automaton/machine.ts';
import { Budget } from './budget.ts';
import { Grammar } from './grammar.ts';
import type { JsonGrammarOptions } from './json-grammar.ts';
import { SchemaCompiler } from './schema/schema-compiler.ts';

export type JsonSchemaGrammarOptions = JsonGrammarOptions & {
  /** Refuses what cannot be kept; otherwise it is left out, for the caller to check. Default false. */
  readonly strict?: boolean;
};

/**
 * JSON text that is valid by a JSON schema (2020-12, and `nullable`). Properties come in the order of the schema, those
 * that are not declared last; strings with a pattern or format, keys, and constants are escaped only where they must be.
 *
 * Kept are `type`, `enum`, `const`, bounds, `multipleOf` (whole), lengths, `pattern`, `format`, `properties`,
 * `required`, `additionalProperties`, `patternProperties`, `propertyNames`, `minProperties`, `maxProperties`, `items`,
 * `prefixItems`, `minItems`, `maxItems`, `anyOf`, `oneOf` (as `anyOf`; strict: only where no two members can both hold),
 * `allOf`, and `$ref` within the document. Throws `bad-input` for a malformed schema or one without any value,
 * `unsupported` for what is too large or, if strict, cannot be kept; both name the place.
 */
export function jsonSchemaGrammar(schema: unknown, options: JsonSchemaGrammarOptions = {}): Grammar {
  const machine = new Machine();
  const { strict = false, whitespace: space = 'indented' } = options;
  const compiler = new SchemaCompiler(machine, schema, { budget: new Budget(), strict, space });
  const rule = compiler.rule([{ schema, path: '' }]);
  compiler.finish();
  if (rule.isEmpty) throw new LanternError('bad-input', 'the JSON schema allows no value');
  return new Grammar(machine, rule.start, options, 'the JSON schema');
}
