/** The outbox's kind for an approved revision, and its payload. Written in the transaction that approves, read by lib/store. */
export const PUBLISH_REVISION = 'publish_revision';
export type PublishPayload = { revisionId: string; investigationId: string };
