import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { indexInvestigation } from '../investigations/index-investigation';
import { isUndoable } from '../investigations/read-merges';
import { requireId } from '../investigations/require-id';
import type { MergedCases } from '../investigations/schema';
import { lockCases } from './lock-cases';
import { mergeLines, moveAlerts } from './merge-cases';
import { SLOW_TRANSACTION, writeVersion } from './write-version';

/**
 * Takes a merged case out of the other one again: both are as they were before, and both keep their versions. Possible as long as
 * nothing was changed in the other case since.
 * @throws AppError not_found; conflict when it isn't merged, or the other case has changed
 */
export async function undoMerge(actor: Actor, fromId: string): Promise<MergedCases> {
  authorize(actor, 'investigations.attach');
  const userId = personId(actor);
  requireId(fromId, 'investigation');
  return db().$transaction(async (tx) => {
    const active = { where: { fromId, undoneAt: null } };
    const before = await tx.caseMerge.findFirst(active);
    await lockCases(tx, [fromId, ...(before ? [before.intoId] : [])]);
    // Somebody may have undone it while the locks were waited for.
    const merge = await tx.caseMerge.findFirst({ ...active, include: { into: true, from: true } });
    if (!merge) throw new AppError('wrong_investigation_status', 'This case is not merged into another one.');
    const { into, from, alertIds, intoVersion } = merge;
    if (!(await isUndoable(tx, merge))) {
      throw new AppError(
        'changed_since',
        `${into.codename} was changed after the merge, so it can’t be undone. The text and evidence of ${from.codename} stay readable.`,
      );
    }
    const text = await tx.draftVersion.findUniqueOrThrow({
      where: { investigationId_version: { investigationId: into.id, version: intoVersion - 1 } },
    });
    await moveAlerts(tx, { from: into.id, into: from.id, alertIds, staying: merge.sharedIds });
    await tx.task.updateMany({
      where: { id: { in: merge.taskIds }, investigationId: into.id },
      data: { investigationId: from.id },
    });
    await tx.evidence.deleteMany({ where: { investigationId: into.id, number: { gt: merge.evidenceOffset } } });
    await writeVersion(tx, into.id, intoVersion, text.markdown, { kind: 'human', userId });
    await tx.draft.update({ where: { investigationId: into.id }, data: { humanTouched: merge.intoTouched } });
    await tx.investigation.update({
      where: { id: into.id },
      data: { status: merge.intoStatus, severity: merge.intoSeverity },
    });
    if (merge.reviewId) await tx.review.update({ where: { id: merge.reviewId }, data: { status: 'open' } });
    await tx.investigation.update({
      where: { id: from.id },
      data: { status: merge.fromStatus, updatedAt: new Date() },
    });
    await tx.caseMerge.update({ where: { id: merge.id }, data: { undoneAt: new Date() } });
    await indexInvestigation(tx, from.id);
    await audit(tx, mergeLines('investigations.undo_merge', userId, { into, from }, alertIds));
    const nameOf = ({ id, codename, title }: typeof into) => ({ id, codename, title });
    return { into: nameOf(into), from: nameOf(from), alerts: alertIds.length, evidence: merge.evidenceCount };
  }, SLOW_TRANSACTION);
}
