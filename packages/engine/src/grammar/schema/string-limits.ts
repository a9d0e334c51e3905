import { shown } from '../../checkpoint/json.ts';
import { LanternError } from '../../errors.ts';
import type { Budget } from '../budget.ts';
import { FORMATS } from '../json/formats.ts';
import type { CharDfa } from '../regex/char-dfa.ts';
import { intersect, lengthDfa } from '../regex/combine-dfas.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { anyText, type Regex, sequence } from '../regex/regex.ts';
import { countLimits } from './limits.ts';
import { badSchema, type SchemaPart, unsupportedSchema, within } from './schema-part.ts';

/** What a string must be: of a length, and where patterns or formats are given, accepted by `dfa`, lengths included. */
export type StringLimits = {
  readonly min: number;
  readonly max: number;
  readonly dfa: CharDfa | null;
};

/** Null where no string is allowed. */
export function stringLimits(parts: readonly SchemaPart[], strict: boolean, budget: Budget): StringLimits | null {
  const { min, max } = countLimits(parts, 'minLength', 'maxLength');
  if (min > max) return null;
  let dfa: CharDfa | null = null;
  for (const part of parts) {
    for (const { regex, path } of regexesOf(part, strict)) {
      const next = compileAt(path, regex, budget);
      dfa = next && dfa ? intersectAt(path, dfa, next, budget) : next;
      if (!dfa) return null;
    }
  }
  if (dfa && (min > 0 || max < Number.POSITIVE_INFINITY)) {
    const path = parts[0]!.path;
    const lengths = at(path, () => lengthDfa(min, max, budget));
    dfa = lengths && intersectAt(path, dfa, lengths, budget);
    if (!dfa) return null;
  }
  return { min, max, dfa };
}

/** The texts in which a pattern matches anywhere, as JSON schema has it. Null for one that is not supported. */
export function patternRegex(pattern: unknown, path: string, strict: boolean): Regex | null {
  if (typeof pattern !== 'string') throw badSchema(path, `is ${shown(pattern)}; a text is expected`);
  try {
    return sequence(anyText, parseRegex(pattern), anyText);
  } catch (error) {
    if (!(error instanceof LanternError)) throw error;
    if (error.code === 'unsupported' && !strict) return null;
    throw new LanternError(error.code, `the JSON schema at ${path}: ${error.message}`);
  }
}

/** Compiles the regular expression of a keyword. */
export function compileAt(path: string, regex: Regex, budget: Budget): CharDfa | null {
  return at(path, () => compileRegex(regex, budget));
}

function intersectAt(path: string, a: CharDfa, b: CharDfa, budget: Budget): CharDfa | null {
  return at(path, () => intersect(a, b, budget));
}

/** Names the place in errors of the budget. */
function at<T>(path: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof LanternError)) throw error;
    throw new LanternError(error.code, `the JSON schema at ${path}: ${error.message}`, error.remedy);
  }
}

function regexesOf({ schema, path }: SchemaPart, strict: boolean): { regex: Regex; path: string }[] {
  const found: { regex: Regex; path: string }[] = [];
  if (schema.pattern !== undefined) {
    const place = within(path, 'pattern');
    const regex = patternRegex(schema.pattern, place, strict);
    if (regex) found.push({ regex, path: place });
  }
  if (schema.format !== undefined) {
    const place = within(path, 'format');
    const known = typeof schema.format === 'string' ? FORMATS.get(schema.format) : undefined;
    if (known !== undefined) found.push({ regex: parseRegex(known), path: place });
    else if (strict)
      throw unsupportedSchema(place, `is ${shown(schema.format)}; allowed are ${[...FORMATS.keys()].join(', ')}`);
  }
  return found;
}

/** Whether a value of `enum` or `const` keeps what else a schema says of strings and numbers. */
export function admits({ schema }: SchemaPart, value: unknown): boolean {
  if (typeof value === 'string') {
    const length = Array.from(value).length;
    const { minLength = 0, maxLength = length, pattern } = schema;
    if (length < Number(minLength) || length > Number(maxLength)) return false;
    try {
      return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value);
    } catch {
      return true;
    }
  }
  if (typeof value === 'number') {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (typeof minimum === 'number' && value < minimum) return false;
    if (typeof maximum === 'number' && value > maximum) return false;
    if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return false;
    if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return false;
    return typeof multipleOf !== 'number' || Number.isInteger(value / multipleOf);
  }
  return true;
}
