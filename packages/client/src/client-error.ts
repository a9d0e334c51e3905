/** What is known of a failure besides its message. */
export type ClientErrorDetails = {
  status?: number | null;
  code?: string | null;
  type?: string | null;
  param?: string | null;
  retryAfter?: number | null;
  requestId?: string | null;
  cause?: unknown;
};

/**
 * The one error type of the client. Its message says in one line what failed and where; the key never stands in it. What
 * ends by the caller's own signal throws that signal's reason instead.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** HTTP status; null where no reply came, or the failure came in the middle of one. */
  readonly status: number | null;
  /**
   * The server's code, or one of the client: `invalid_option`, `connection_failed`, `timeout`, `redirected`, `cut_off`,
   * `invalid_reply`, `closed`. Null where the server gives none.
   */
  readonly code: string | null;
  /** The server's class of the error. */
  readonly type: string | null;
  /** Field of the request that is at fault, where the server names one. */
  readonly param: string | null;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | null;
  /** The server's name for the request, where it tells one. */
  readonly requestId: string | null;

  constructor(message: string, details: ClientErrorDetails = {}) {
    const {
      status = null,
      code = null,
      type = null,
      param = null,
      retryAfter = null,
      requestId = null,
      cause,
    } = details;
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
    this.code = code;
    this.type = type;
    this.param = param;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}
