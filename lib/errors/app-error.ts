/** Every code the API can answer with, and its HTTP status. */
export const ERROR_STATUS = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  stale_version: 412,
  too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * The one error class. `userMessage` says what, where and what to do, and is shown to people;
 * `message` goes to the log. `data` is sent to the caller (e.g. the current draft on a stale save): no secrets in it.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly data: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    userMessage: string,
    options: { logMessage?: string; data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(options.logMessage ?? userMessage, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.userMessage = userMessage;
    this.data = options.data;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/**
 * An error about one field of the input, by its path as the API names it ("target.url"): a form says it there.
 * `message`: the whole sentence, for those who have no form.
 */
export function fieldError(code: ErrorCode, field: string, words: string, message = words): AppError {
  return new AppError(code, message, { data: { fields: { [field]: words } } });
}

/** The text of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
