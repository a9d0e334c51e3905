import { describeZodError } from '@lantern/api';
import type { Context } from 'hono';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';

/**
 * The JSON body of a request, checked against a schema. Throws a 415 for another kind of body, a 400 for text that is no
 * JSON and for the first field that is wrong.
 */
export async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.infer<Schema>> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type))
    throw new ApiError(
      'unsupported_media_type',
      `the content-type is ${type === '' ? 'missing' : JSON.stringify(type)}; it must be application/json`,
    );
  const text = await context.req.text();
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ApiError('invalid_json', `the body is not JSON: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const { message, param } = describeZodError(parsed.error, data, schema);
  throw new ApiError('invalid_request', message, { param });
}
