import assert from 'node:assert/strict';
import { unknownFields } from '@lantern/api';
import type { z } from 'zod';

/** A value that keeps to a schema and has nothing that the schema does not describe. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  assert.ok(parsed.success, `${JSON.stringify(value)}: ${parsed.success ? '' : parsed.error.message}`);
  assert.deepEqual(unknownFields(schema, value), [], `fields that no schema describes in ${JSON.stringify(value)}`);
  return parsed.data;
}
