import { type Actor, authorize } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import type { DraftView } from './schema';

/** The text being worked on. @throws AppError not_found. */
export async function readDraft(actor: Actor, investigationId: string): Promise<DraftView> {
  authorize(actor, 'drafts.read');
  return draftView(db(), requireId(investigationId, 'investigation'));
}

/** The same inside a transaction of a verb that has checked the permission. */
export async function draftView(tx: Tx, investigationId: string): Promise<DraftView> {
  const draft = await tx.draft.findUnique({ where: { investigationId } });
  if (!draft) throw notFound('investigation');
  // One after the other: inside a transaction there is one connection.
  const updatedBy =
    draft.updatedById === null
      ? null
      : await tx.user.findUnique({ where: { id: draft.updatedById }, select: { id: true, name: true } });
  const openReview = await tx.review.findFirst({ where: { investigationId, status: 'open' }, select: { id: true } });
  return {
    markdown: draft.markdown,
    version: draft.version,
    humanTouched: draft.humanTouched,
    updatedAt: draft.updatedAt.toISOString(),
    updatedBy,
    inReview: openReview !== null,
  };
}
