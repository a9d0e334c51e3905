/** What went wrong, in terms a program can branch on. */
export type LanternErrorCode =
  | 'bad-checkpoint' // a file is truncated, corrupt or contradicts itself
  | 'unsupported' // well-formed, but nothing here runs it
  | 'missing-file'
  | 'bad-input' // a value given by the caller is out of range or malformed
  | 'context-overflow' // more tokens than the planned context holds
  | 'out-of-memory'
  | 'template-refused' // the chat template raised its own error
  | 'closed';

/**
 * The one error type of the engine. Its message names the thing, the value and what is allowed, in one line;
 * `remedy`, when there is one, says what to do about it. Anything else that is thrown is a bug.
 */
export class LanternError extends Error {
  override readonly name = 'LanternError';
  readonly code: LanternErrorCode;
  readonly remedy: string | undefined;

  constructor(code: LanternErrorCode, message: string, remedy?: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
