import { shown } from '../../checkpoint/json.ts';
import { LanternError } from '../../errors.ts';
import type { Budget } from '../budget.ts';
import { FORMATS } from '../json/formats.ts';
import type { CharDfa } from '../regex/char-dfa.ts';
import { intersect, lengthDfa } from '../regex/combine-dfas.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { anyText, type Regex, sequence } from '../regex/regex.ts';
import { sharedDfa } from '../regex/shared-rules.ts';
import { countLimits } from './limits.ts';
import { badSchema, type SchemaPart, unsupportedSchema, within } from './schema-part.ts';

/** What a string must be: of a length, and where patterns or formats are given, accepted by `dfa`, lengths included. */
export type StringLimits = {
  readonly min: number;
  readonly max: number;
  readonly dfa: CharDfa | null;
};

/** Longer counts together with a pattern are left out, or refused if they are too large. */
const LONGEST_COUNTED = 5_000;

/** Null where no string is allowed. */
export function stringLimits(parts: readonly SchemaPart[], strict: boolean, budget: Budget): StringLimits | null {
  const { min, max } = countLimits(parts, 'minLength', 'maxLength');
  if (min > max) return null;
  const patterns = parts.flatMap((part) => patternsOf(part, strict));
  if (patterns.length === 0) return { min, max, dfa: null };
  // With a pattern, characters are counted by states.
  const least = !strict && min > LONGEST_COUNTED ? 0 : min;
  const most = !strict && max > LONGEST_COUNTED ? Number.POSITIVE_INFINITY : max;
  const source = [...patterns.flatMap(({ source, isFormat }) => [source, isFormat]), least, `${most}`];
  const dfa = at(patterns[0]!.path, () =>
    sharedDfa(source, () => {
      let all = least > 0 || most < Number.POSITIVE_INFINITY ? lengthDfa(least, most, budget) : undefined;
      for (const { source, isFormat, path } of patterns) {
        const regex = isFormat ? parseRegex(source) : patternRegex(source, path, strict)!;
        const next = compileRegex(regex, budget);
        all = next && (all === undefined ? next : all && intersect(all, next, budget));
      }
      return all ?? null;
    }),
  );
  return dfa && { min, max, dfa };
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

/** Names the place in errors of the budget. */
function at<T>(path: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof LanternError)) throw error;
    throw new LanternError(error.code, `the JSON schema at ${path}: ${error.message}`, error.remedy);
  }
}

type Pattern = { readonly source: string; readonly isFormat: boolean; readonly path: string };

/** What a part gives as `pattern` and `format`, without what is left out. */
function patternsOf({ schema, path }: SchemaPart, strict: boolean): Pattern[] {
  const found: Pattern[] = [];
  const { pattern, format } = schema;
  if (pattern !== undefined) {
    const place = within(path, 'pattern');
    // Checks it, too.
    const isKept = patternRegex(pattern, place, strict) !== null;
    if (isKept && typeof pattern === 'string') found.push({ source: pattern, isFormat: false, path: place });
  }
  if (format !== undefined) {
    const place = within(path, 'format');
    const known = typeof format === 'string' ? FORMATS.get(format) : undefined;
    if (known !== undefined) found.push({ source: known, isFormat: true, path: place });
    else if (strict)
      throw unsupportedSchema(place, `is ${shown(format)}; allowed are ${[...FORMATS.keys()].join(', ')}`);
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
