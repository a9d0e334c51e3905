import { z } from 'zod';

/** A position, a count, a token id: integers from 0. */
export const count = z.int().min(0);

/** Index of a token in the vocabulary. */
export const tokenId = z.int().min(0);

/** Milliseconds. */
export const milliseconds = z.number().min(0);

/** Seconds since 1970. */
export const unixSeconds = z.int().min(0);

/** Natural logarithm of a probability. Servers write -9999 where it would be minus infinity, which JSON cannot hold. */
export const logprob = z.number().min(-9999).max(0);

/** A JSON Schema, as a JSON object. What it says is checked where it is used. */
export const jsonSchema = z.record(z.string(), z.unknown());

/** Any JSON object. */
export const jsonObject = z.record(z.string(), z.unknown());

/**
 * A whole number of 64 bits. JSON in JavaScript rounds beyond 2^53, so two neighbouring numbers out there may be the
 * same one; they still have to be taken.
 */
export const int64 = z
  .number()
  .min(-(2 ** 63))
  .max(2 ** 63)
  // Not by a remainder: of tiny fractions that is nothing.
  .refine(Number.isInteger, 'must be an integer')
  .meta({ override: { type: 'integer', format: 'int64' } });
