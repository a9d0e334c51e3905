import { z } from 'zod';
import { fieldPath } from '../errors/field-path.ts';
import { isObject, optionFor, unwrapped } from './schemas-at.ts';

/**
 * Paths of the fields of a value that its schema does not describe, in their order. The value must be one that the
 * schema takes. For servers that log what they pass over, and for tests that a reply has nothing misspelt.
 */
export function unknownFields(schema: z.ZodType, value: unknown): string[] {
  const found: string[] = [];
  walk(schema, value, [], found);
  return found;
}

function walk(schema: z.ZodType, value: unknown, path: readonly PropertyKey[], found: string[]): void {
  const inner = unwrapped(schema);
  if (value === null || value === undefined) return;
  if (inner instanceof z.ZodUnion) {
    const option = optionFor(inner, value);
    if (option) walk(option, value, path, found);
  } else if (inner instanceof z.ZodArray && Array.isArray(value)) {
    value.forEach((item, index) => {
      walk(inner.element as z.ZodType, item, [...path, index], found);
    });
  } else if (inner instanceof z.ZodRecord && isObject(value)) {
    for (const [key, item] of Object.entries(value)) walk(inner.valueType as z.ZodType, item, [...path, key], found);
  } else if (inner instanceof z.ZodObject && isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const known = Object.hasOwn(inner.shape, key) ? (inner.shape[key] as z.ZodType) : undefined;
      if (known) walk(known, item, [...path, key], found);
      else found.push(fieldPath([...path, key]));
    }
  }
}
