import type { Tx } from '../db/client';
import { lockInvestigation } from '../investigations/lock-investigation';
import { lockDraft } from './write-version';

/** Locks several cases: the drafts first, as when one is saved, and in one order, so that two merges don't wait for each other. @throws AppError not_found */
export async function lockCases(tx: Tx, ids: string[]): Promise<void> {
  const ordered = [...new Set(ids)].sort();
  for (const id of ordered) await lockDraft(tx, id);
  for (const id of ordered) await lockInvestigation(tx, id);
}
