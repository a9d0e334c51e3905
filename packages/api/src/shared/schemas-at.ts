import { z } from 'zod';

/** A schema without what only says that it may be missing. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap() as z.ZodType;
  return inner;
}

/** The option of a union that a value is meant for: by its discriminator, else the first one that takes it. */
export function optionFor(union: z.ZodUnion, value: unknown): z.ZodType | undefined {
  const options = (union.options as z.ZodType[]).map(unwrapped);
  if (union instanceof z.ZodDiscriminatedUnion) {
    const name = union.def.discriminator;
    const tag = isObject(value) ? value[name] : undefined;
    return options.find((option) => option instanceof z.ZodObject && option.shape[name]?.safeParse(tag).success);
  }
  return options.find((option) => option.safeParse(value).success);
}

/** The schemas that the field at a path may have: of a union all that fit; none where nothing describes the field. */
export function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  let here = branches(schema);
  for (const key of path) here = here.flatMap((one) => child(one, key) ?? []).flatMap(branches);
  return here;
}

function branches(schema: z.ZodType): z.ZodType[] {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodUnion ? (inner.options as z.ZodType[]).flatMap(branches) : [inner];
}

function child(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodArray && typeof key === 'number') return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
