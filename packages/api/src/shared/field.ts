import type { z } from 'zod';

/** What the document says of a field besides its type and range. */
export type FieldNotes = {
  /** What leaving the field out amounts to. It is written down only: parsing never fills it in. */
  default?: unknown;
  deprecated?: boolean;
};

/** The schema with the description and the example that every field of the document has. */
export function field<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  example: unknown,
  notes: FieldNotes = {},
): Schema {
  return schema.meta({ description, examples: [example], ...notes });
}

/** A field that a body may leave out. Null says the same, since many clients write out what they don't set. */
export function optional<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  example: unknown,
  notes: FieldNotes = {},
): z.ZodOptional<z.ZodNullable<Schema>> {
  return field(schema.nullish(), description, example, notes);
}

/** A schema that the document lists among its components, under a name that stays. */
export function component<Schema extends z.ZodType>(
  schema: Schema,
  id: string,
  description: string,
  example: unknown,
): Schema {
  return schema.meta({ id, description, examples: [example] });
}
