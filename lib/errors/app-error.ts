import { ERROR_STATUS, type ErrorCode, REASONS, type Reason } from './reasons';

/**
 * The one error class. `reason` says what happened, for programs; its code fixes the HTTP status.
 * `userMessage` says what, where and what to do next, for people; `message` goes to the log.
 * `data` is sent to the caller (e.g. the current draft on a stale save): no secrets in it.
 */
export class AppError extends Error {
  readonly reason: Reason;
  readonly userMessage: string;
  readonly data: Record<string, unknown> | undefined;

  constructor(
    reason: Reason,
    userMessage: string,
    options: { logMessage?: string; data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(options.logMessage ?? userMessage, { cause: options.cause });
    this.name = 'AppError';
    this.reason = reason;
    this.userMessage = userMessage;
    this.data = options.data;
  }

  get code(): ErrorCode {
    return REASONS[this.reason][0];
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/**
 * An error about one field of the input, by its path in the API ("target.url"), so that a form can show it there.
 * `message`: the whole sentence, for callers without a form.
 */
export function fieldError(reason: Reason, field: string, words: string, message = words): AppError {
  return new AppError(reason, message, { data: { fields: { [field]: words } } });
}

/** The text of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error for something that does not exist, or that the asking person can't know of: `notFound('investigation')`. */
export function notFound(what: string): AppError {
  return new AppError('not_found', `There is no such ${what}.`);
}
