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
  insufficient_storage: 507,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * Every reason an error can have: its code (which fixes the HTTP status) and when it occurs.
 * A reason is part of the API's contract: clients branch on it, so it is never renamed. Messages may change at any time.
 * The first block is for errors that need no reason of their own; a conflict and a stale version always say which.
 */
export const REASONS = {
  bad_request: ['bad_request', 'The request is malformed, or a value in it is not allowed.'],
  unauthenticated: ['unauthenticated', 'No valid session or API key was sent.'],
  forbidden: ['forbidden', 'The role does not permit this.'],
  not_found: ['not_found', 'The object does not exist.'],
  method_not_allowed: ['method_not_allowed', 'The path does not support this method.'],
  too_large: ['too_large', 'The request exceeds a size limit.'],
  unsupported_media_type: ['unsupported_media_type', 'The Content-Type, charset or Content-Encoding is not supported.'],
  unprocessable: ['unprocessable', 'The request is well-formed, but its content can’t be used.'],
  rate_limited: ['rate_limited', 'Too many requests. Retry later.'],
  internal: ['internal', 'An error in Socdown itself. The server’s log has the details.'],
  unavailable: ['unavailable', 'A part of Socdown is unavailable at the moment. Retry later.'],
  insufficient_storage: ['insufficient_storage', 'A disk of the server is full. Nothing was changed.'],

  // Signing in
  wrong_credentials: ['unauthenticated', 'The e-mail address or the password is wrong.'],
  account_deactivated: ['forbidden', 'The password is right, but the account is deactivated.'],
  passwords_off: ['forbidden', 'The password is right, but single sign-on is the only way in for this account.'],
  sso_off: ['not_found', 'Single sign-on is not set up, or switched off.'],
  sso_failed: ['bad_request', 'The provider of single sign-on can’t be used, or its answer is not acceptable.'],
  sso_refused: ['forbidden', 'The provider of single sign-on refused the sign-in.'],
  sso_expired: ['bad_request', 'The sign-in at the provider took too long, or was begun in another browser.'],
  sso_not_assigned: ['forbidden', 'The person is in none of the groups that may sign in.'],
  sso_no_email: ['forbidden', 'The provider gives no verified e-mail address, which a new account needs.'],
  sso_account_exists: ['conflict', 'An account with this address exists and is not linked to the provider.'],
  sso_identity_taken: [
    'conflict',
    'This account of the provider belongs to another person, or the person has another one.',
  ],
  sso_not_linked: ['conflict', 'The account is not linked to the provider.'],
  wrong_password: ['bad_request', 'The current password is wrong.'],
  wrong_code: ['bad_request', 'The code of the second factor is wrong, was used before, or is too old.'],
  code_expired: ['unauthenticated', 'The second step of a sign-in took too long, or had too many wrong codes.'],
  two_factor_required: ['forbidden', 'The person’s role needs a second factor, which they have not set up.'],
  two_factor_enabled: ['conflict', 'The person has set up a second factor before.'],
  two_factor_off: ['conflict', 'The person has no second factor.'],
  too_many_attempts: ['rate_limited', 'Too many failed sign-ins. `data.retryAfterSeconds` says when to try again.'],

  // The request
  invalid_fields: ['bad_request', 'Fields are missing or invalid. `data.fields` has a message for each, by its path.'],
  invalid_json: ['bad_request', 'The body is not valid JSON.'],
  invalid_encoding: ['bad_request', 'Invalid UTF-8 or percent-encoding.'],
  invalid_characters: ['bad_request', 'A text contains NUL or half of a surrogate pair.'],
  too_deeply_nested: ['bad_request', 'The JSON body has too many levels.'],
  body_timeout: ['bad_request', 'The body did not arrive in time.'],
  invalid_cursor: ['bad_request', 'The cursor is not one that this list returned.'],
  overloaded: ['unavailable', 'Too many large requests at once.'],
  database_unavailable: ['unavailable', 'The database can’t be reached. Nothing was changed.'],

  // People, keys, connections
  invalid_api_key: ['unauthenticated', 'The API key is unknown, revoked, or its owner is deactivated.'],
  key_expired: ['unauthenticated', 'The API key has expired.'],
  key_replaced: ['conflict', 'The API key was replaced by a rotation, or has expired.'],
  key_scope: ['forbidden', 'The API key’s scope does not permit this.'],
  invalid_signature: ['unauthenticated', 'The signature of the webhook is missing, wrong or too old.'],
  cross_site_request: ['forbidden', 'Another site made the request with this person’s cookie.'],
  person_required: ['forbidden', 'The action needs a person; the system can’t do it.'],
  setup_link_used: ['forbidden', 'The setup link was used or replaced.'],
  link_used: ['forbidden', 'The link that sets a password was used, replaced or is too old.'],
  email_taken: ['conflict', 'A user with this address exists.'],
  last_admin: ['conflict', 'The change would leave no admin.'],
  name_taken: ['conflict', 'A person or a connection with this name exists.'],
  too_many_connections: ['conflict', 'The limit of connections is reached.'],
  connection_kind_fixed: ['bad_request', 'A connection can’t change between stdio and HTTP.'],
  address_refused: ['bad_request', 'The outbound address policy refuses this address.'],
  tool_changed: ['conflict', 'The server changed the tool’s definition since it was read.'],
  sign_in_not_used: ['unprocessable', 'The connection doesn’t sign in by OAuth.'],
  sign_in_required: ['unavailable', 'Somebody must sign in to the connection, again or for the first time.'],
  sign_in_failed: ['unprocessable', 'The authorization server can’t be used, or refused the sign-in.'],
  sign_in_refused: ['unprocessable', 'The person didn’t consent, or the authorization server didn’t let them.'],
  sign_in_expired: ['bad_request', 'The sign-in was finished before, is too old, or was begun in another session.'],
  issuer_mismatch: ['bad_request', 'Another authorization server answered than the one that was asked.'],
  oauth_client_required: ['unprocessable', 'The authorization server takes only clients that were registered by hand.'],
  server_unreachable: ['unavailable', 'The MCP server does not start or answer.'],
  secret_unreadable: ['unavailable', 'A stored secret was encrypted with another key.'],

  // Alerts and cases
  unknown_source: ['not_found', 'There is no adapter for this source.'],
  alert_not_found: ['unprocessable', 'No alert has this source reference, and no connection can fetch it.'],
  unknown_assignee: ['bad_request', 'The assignee does not exist or is deactivated.'],
  already_undone: ['conflict', 'The change was undone before.'],
  changed_since: ['conflict', 'What was changed can’t be undone: it was changed again since.'],
  alert_already_in_case: ['conflict', 'An open case has this alert. `data.investigation` names it.'],
  wrong_investigation_status: ['conflict', 'The case’s status does not allow this.'],

  // Runs and proposals
  run_in_progress: ['conflict', 'A run is working on the case. `data` names it.'],
  run_not_resumable: ['conflict', 'The run did not fail or stop, or it never began.'],
  run_ended: ['conflict', 'The run has ended.'],
  evaluation_not_at_work: ['conflict', 'The evaluation has ended.'],
  evaluation_not_resumable: ['conflict', 'The evaluation is finished or at work.'],
  call_already_decided: ['conflict', 'The approval request was decided or has expired.'],
  unknown_model: ['bad_request', 'The model is not one of those offered.'],
  unknown_coaching: ['bad_request', 'There is no such quick prompt.'],
  instruction_required: ['bad_request', 'The instruction is missing or empty.'],
  proposal_decided: ['conflict', 'Hunks of the run’s proposal were decided.'],
  hunk_already_decided: ['conflict', 'The hunk was accepted or rejected before.'],
  hunk_outdated: ['conflict', 'The passage that the hunk changes is no longer in the draft.'],
  unknown_hunk: ['bad_request', 'The proposal has no such hunk.'],

  // The method
  method_file_changed: ['stale_version', 'The file has another text than the change is based on. `data.text` has it.'],
  method_change_decided: ['conflict', 'The change was decided or withdrawn before.'],
  method_change_invalid: ['unprocessable', 'The new text can’t be used. `data.problems` says what is wrong, by line.'],

  // Drafts and reviews
  version_required: ['bad_request', 'If-Match is missing or names no version.'],
  draft_changed: ['stale_version', 'The draft has a newer version. `data` has what is needed to merge.'],
  suggestion_outdated: ['stale_version', 'The lines of the suggestion changed in the draft. `data` has both texts.'],
  suggestion_already_applied: ['conflict', 'The suggestion is in the draft.'],
  no_suggestion: ['bad_request', 'The comment has no suggestion for lines.'],
  no_draft: ['conflict', 'The case has no draft yet.'],
  report_not_ready: ['unprocessable', 'The report lacks what a review needs. `data` lists it.'],
  already_in_review: ['conflict', 'This text is in review. `data.review` names the review.'],
  nothing_changed: ['conflict', 'The text is the one that was approved last, or the edits leave it as it is.'],
  not_approved_yet: ['conflict', 'No revision of the case is approved.'],
  review_superseded: ['conflict', 'A newer revision was submitted.'],
  review_already_decided: ['conflict', 'The review is not open any more.'],
  revision_mismatch: ['conflict', 'The named revision is not the one under review.'],
  already_approved_by_you: ['conflict', 'The caller approved this revision; another person’s approval is needed.'],
  own_changes_need_reviewer: ['forbidden', 'Authors can’t approve their own changes.'],
  reviewer_is_author: ['unprocessable', 'A requested reviewer edited the text.'],
  reviewer_not_eligible: ['unprocessable', 'A requested reviewer is deactivated or may not decide reviews.'],
  checks_found_errors: ['unprocessable', 'The checks found errors; approving needs a reason to override them.'],
  note_required: ['bad_request', 'Requesting changes needs a note or a comment.'],
  invalid_line_range: ['bad_request', 'The lines of the comment are not in the text.'],

  // The store
  store_busy: ['unavailable', 'Another process writes the store.'],
  store_conflict: ['conflict', 'The store has another text at this path.'],
  store_damaged: ['conflict', 'Verification found problems in the store.'],
  remote_diverged: ['conflict', 'The remote repository has another history or conflicting files.'],
  remote_unavailable: ['unavailable', 'The remote repository was not updated. It is retried.'],
  database_not_empty: ['conflict', 'Restoring needs an empty database.'],
  invalid_backup: ['unprocessable', 'The file is not a complete backup that this version can read.'],
  codename_taken: ['conflict', 'The codename is in use.'],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

export type Reason = keyof typeof REASONS;
