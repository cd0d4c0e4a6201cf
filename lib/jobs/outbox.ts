/** The outbox's kind for an approved revision, and its payload. Written in the transaction that approves, read by lib/store. */
export const PUBLISH_REVISION = 'publish_revision';
export type PublishPayload = { revisionId: string; investigationId: string };

/** The same for an approved change of a file of the method. */
export const PUBLISH_METHOD_CHANGE = 'publish_method_change';
export type PublishMethodPayload = { changeId: string; path: string };
