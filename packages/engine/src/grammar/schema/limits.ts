import { shown } from '../../checkpoint/json.ts';
import type { Bound } from '../json/number-range.ts';
import { badSchema, type SchemaPart, within } from './schema-part.ts';

/** The least and the greatest count that all parts allow, by the keywords of each. */
export function countLimits(
  parts: readonly SchemaPart[],
  least: string,
  most: string,
): { readonly min: number; readonly max: number } {
  const min = Math.max(0, ...parts.map((part) => count(part, least, 0)));
  const max = Math.min(...parts.map((part) => count(part, most, Number.POSITIVE_INFINITY)), Number.POSITIVE_INFINITY);
  return { min, max };
}

function count({ schema, path }: SchemaPart, keyword: string, otherwise: number): number {
  const value = schema[keyword];
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw badSchema(within(path, keyword), `is ${shown(value)}; a whole number from 0 on is expected`);
  return value;
}

/** The tightest bounds of numbers. */
export function numberLimits(parts: readonly SchemaPart[]): {
  readonly low: Bound | null;
  readonly high: Bound | null;
} {
  let low: Bound | null = null;
  let high: Bound | null = null;
  for (const part of parts) {
    for (const [keyword, isLow, isExclusive] of [
      ['minimum', true, false],
      ['exclusiveMinimum', true, true],
      ['maximum', false, false],
      ['exclusiveMaximum', false, true],
    ] as const) {
      const value = finite(part, keyword);
      if (value === undefined) continue;
      const bound = { value, isExclusive };
      if (isLow) low = low && !isTighter(value - low.value, isExclusive) ? low : bound;
      else high = high && !isTighter(high.value - value, isExclusive) ? high : bound;
    }
  }
  return { low, high };
}

/** A number that a keyword gives. */
export function finite({ schema, path }: SchemaPart, keyword: string): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw badSchema(within(path, keyword), `is ${shown(value)}; a number is expected`);
  return value;
}

function isTighter(difference: number, isExclusive: boolean): boolean {
  return difference > 0 || (difference === 0 && isExclusive);
}
