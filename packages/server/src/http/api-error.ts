import { type ErrorCode, errorCodes } from '@lantern/api';

export type ApiErrorNotes = { param?: string | null; retryAfter?: number | null; allow?: readonly string[] | null };

/** A refusal that becomes a reply. Its message is one line that names the thing, the value and what is allowed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  /** Field of the request, such as `messages[0].content`. */
  readonly param: string | null;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | null;
  /** Methods that would have been allowed. */
  readonly allow: readonly string[] | null;

  constructor(code: ErrorCode, message: string, { param = null, retryAfter = null, allow = null }: ApiErrorNotes = {}) {
    super(message);
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
    this.allow = allow;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }
}

/** A 400 about one field. */
export function badField(param: string, message: string, code: ErrorCode = 'invalid_request'): ApiError {
  return new ApiError(code, message, { param });
}
