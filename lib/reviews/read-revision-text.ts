import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError } from '../errors/app-error';

/** The text of any revision of an investigation, submitted or approved, to compare with. @throws AppError not_found */
export async function readRevisionText(
  actor: Actor,
  investigationId: string,
  revisionId: string,
): Promise<{ id: string; number: number; markdown: string }> {
  authorize(actor, 'reviews.read');
  const row = [investigationId, revisionId].every(isUuid)
    ? await db().revision.findUnique({
        where: { id: revisionId, investigationId },
        select: { id: true, number: true, markdown: true },
      })
    : null;
  if (!row) throw new AppError('not_found', 'This investigation has no such revision.');
  return row;
}
