import { db } from '../db/client';
import { requireStorable } from './require-storable';
import { lockDraft, SLOW_TRANSACTION, writeVersion } from './write-version';

/**
 * Saves a run's text as the draft, if no person has touched it and it is still the version that the run knows.
 * Otherwise nothing is changed and the caller offers a proposal. Called by lib/agent only, which has no actor.
 */
export async function saveModelDraft(input: {
  investigationId: string;
  runId: string;
  markdown: string;
  expectedVersion: number;
}): Promise<{ saved: true; version: number } | { saved: false }> {
  const { investigationId, runId, markdown, expectedVersion } = input;
  requireStorable(markdown);
  return db().$transaction(async (tx) => {
    const draft = await lockDraft(tx, investigationId);
    if (draft.humanTouched || draft.version !== expectedVersion) return { saved: false as const };
    if (draft.markdown === markdown) return { saved: true as const, version: draft.version };
    const version = await writeVersion(tx, investigationId, draft.version, markdown, { kind: 'model', runId });
    return { saved: true as const, version };
  }, SLOW_TRANSACTION);
}
