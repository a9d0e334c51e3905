import type { ErrorCode } from '@lantern/api';
import { LanternError, type LanternErrorCode } from '@lantern/engine';
import { ApiError } from './api-error.ts';

const codes: { [code in LanternErrorCode]?: ErrorCode } = {
  'bad-input': 'invalid_request',
  unsupported: 'unsupported_field',
  'missing-file': 'unsupported_field',
  'context-overflow': 'context_length_exceeded',
  'template-refused': 'template_refused',
  closed: 'shutting_down',
};

/** The reply that a failure deserves. What is nobody's input becomes a 500 that tells nothing of the inside. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const code = error instanceof LanternError ? codes[error.code] : undefined;
  if (!(error instanceof LanternError) || !code)
    return new ApiError('server_error', 'the server failed; its log says why');
  return new ApiError(code, error.remedy ? `${error.message}; ${error.remedy}` : error.message);
}
