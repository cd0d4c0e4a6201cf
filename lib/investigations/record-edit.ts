import type { Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { InvestigationStatus } from '../report/schema';
import { lockInvestigation } from './lock-investigation';
import { nextStatus } from './status';

/**
 * Tells the investigation's state that its draft has a new version: after an approval the next draft begins. Called by who
 * writes a version, in its transaction; the approved text and its commit stay as they are.
 * @throws AppError wrong_investigation_status for a case that was merged into another
 */
export async function recordEdit(tx: Tx, investigationId: string): Promise<void> {
  const { status } = await tx.investigation.update({
    where: { id: investigationId },
    data: { updatedAt: new Date() },
    select: { status: true },
  });
  const next = nextStatus(InvestigationStatus.parse(status), 'edit');
  if (!next) throw await mergedCase(tx, investigationId);
  if (next !== status) await tx.investigation.update({ where: { id: investigationId }, data: { status: next } });
}

/** Locks a case that work is about to begin on. @throws AppError not_found; wrong_investigation_status for a merged one */
export async function refuseMerged(tx: Tx, investigationId: string): Promise<void> {
  if ((await lockInvestigation(tx, investigationId)) === 'merged') throw await mergedCase(tx, investigationId);
}

/** With `data.investigation` {id, codename}, the case that it was merged into, so that a page can lead there. */
async function mergedCase(tx: Tx, investigationId: string): Promise<AppError> {
  const merge = await tx.caseMerge.findFirst({
    where: { fromId: investigationId, undoneAt: null },
    select: { into: { select: { id: true, codename: true } } },
    orderBy: { at: 'desc' },
  });
  return new AppError(
    'wrong_investigation_status',
    `This case was merged into ${merge?.into.codename ?? 'another one'}. Work on that case, or undo the merge.`,
    merge ? { data: { investigation: merge.into } } : {},
  );
}
