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
 * Every reason an error can have: its code (which fixes the HTTP status) and when it occurs.
 * A reason is part of the API's contract: clients branch on it, so it is never renamed. Messages may change at any time.
 * The first block is for errors that need no reason of their own.
 */
export const REASONS = {
  bad_request: ['bad_request', 'The request is malformed, or a value in it is not allowed.'],
  unauthenticated: ['unauthenticated', 'No valid session or API key was sent.'],
  forbidden: ['forbidden', 'The role does not permit this.'],
  not_found: ['not_found', 'The object does not exist.'],
  method_not_allowed: ['method_not_allowed', 'The path does not support this method.'],
  conflict: ['conflict', 'The object is in a state that does not allow this.'],
  stale_version: ['stale_version', 'The object changed since it was read. The current state is in `data`.'],
  too_large: ['too_large', 'The request exceeds a size limit.'],
  unsupported_media_type: ['unsupported_media_type', 'The Content-Type, charset or Content-Encoding is not supported.'],
  unprocessable: ['unprocessable', 'The request is well-formed, but its content can’t be used.'],
  rate_limited: ['rate_limited', 'Too many requests. Retry later.'],
  internal: ['internal', 'An error in Socdown itself. The server’s log has the details.'],
  unavailable: ['unavailable', 'A part of Socdown is unavailable at the moment. Retry later.'],

  invalid_fields: ['bad_request', 'Fields are missing or invalid. `data.fields` has a message for each, by its path.'],
  invalid_json: ['bad_request', 'The body is not valid JSON.'],
  invalid_encoding: ['bad_request', 'Invalid UTF-8 or percent-encoding.'],
  invalid_characters: ['bad_request', 'A text contains NUL or half of a surrogate pair.'],
  too_deeply_nested: ['bad_request', 'The JSON body has too many levels.'],
  invalid_cursor: ['bad_request', 'The cursor is not one that this list returned.'],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

export type Reason = keyof typeof REASONS;
