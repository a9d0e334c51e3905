import { type ExactJson, ExactNumber, parseExactJson } from '../exact-json.ts';
import { exactJsonText } from '../exact-json-text.ts';
import { parsePythonLiteral } from './python-literal.ts';
import { schemaAlternatives } from './schema-alternatives.ts';

/** What models write for nothing. */
const NULLS: readonly string[] = ['null', 'None'];

/**
 * The JSON text of a parameter's value that a model wrote as `raw`, by the parameter's schema; `root` is the schema
 * that its `$ref`s point into. Types are tried in the schema's order, string last: what fits no other type, or has a
 * schema that says nothing, is a string of the raw text. A string is never parsed, save for the word null where the
 * schema allows null. Numbers keep their text; objects and arrays are JSON or else Python literals.
 */
export function typedArgument(raw: string, schema: unknown, root: unknown): string {
  const alternatives = schemaAlternatives(schema, root);
  const mayBeString = alternatives.length === 0 || alternatives.some(({ type }) => type === 'string');
  const mayBeNull = !mayBeString || alternatives.some(({ type }) => type === 'null');
  if (mayBeNull && NULLS.includes(mayBeString ? raw : raw.trim())) return 'null';
  const parse = once(() => parseLoosely(raw.trim()));
  for (const { type, only } of alternatives) {
    const json = jsonOfType(type, raw, parse);
    if (json !== undefined && (only === undefined || isSame(json, only))) return json;
  }
  return JSON.stringify(raw);
}

/** From this length on a value is a string, whatever its text is. A string that may not be null is one at once. */
export function stringFrom(schema: unknown, root: unknown): number {
  const types = schemaAlternatives(schema, root).map(({ type }) => type);
  if (types.every((type) => type === 'string')) return 0;
  const onlyNullElse = types.includes('string') && types.every((type) => type === 'string' || type === 'null');
  return onlyNullElse ? Math.max(...NULLS.map((text) => text.length)) + 1 : Number.POSITIVE_INFINITY;
}

/** Reads JSON, or else a Python literal; undefined for other text. */
export function parseLoosely(text: string): ExactJson | undefined {
  for (const parse of [parseExactJson, parsePythonLiteral]) {
    try {
      return parse(text, 'the value');
    } catch {
      // Not this notation.
    }
  }
  return undefined;
}

/** Strings come last, so they are not read here. */
function jsonOfType(type: string, raw: string, parse: () => ExactJson | undefined): string | undefined {
  if (type === 'boolean') {
    const word = raw.trim().toLowerCase();
    return word === 'true' || word === 'false' ? word : undefined;
  }
  if (!['integer', 'number', 'object', 'array'].includes(type)) return undefined;
  const value = parse();
  const fits = {
    integer: value instanceof ExactNumber && (value.isInteger || Number.isInteger(Number(value.text))),
    number: value instanceof ExactNumber,
    object: value instanceof Map,
    array: Array.isArray(value),
  }[type];
  return fits && value !== undefined ? exactJsonText(value) : undefined;
}

function isSame(json: string, value: unknown): boolean {
  return JSON.stringify(JSON.parse(json)) === JSON.stringify(value);
}

function once<T>(compute: () => T): () => T {
  let done: { value: T } | undefined;
  return () => {
    done ??= { value: compute() };
    return done.value;
  };
}
