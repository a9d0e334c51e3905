import { type ErrorBody, makeErrorBody } from '@lantern/api';
import type { ServerContext } from '../server-context.ts';
import { toApiError } from './to-api-error.ts';

/** The body of an error in a stream that has begun, when the status is sent already. It is logged. */
export function streamError(server: ServerContext, error: unknown): ErrorBody {
  const { code, message, param } = toApiError(error);
  if (code === 'server_error') server.log.error({ err: error }, 'an answer failed');
  return makeErrorBody(code, message, param);
}
