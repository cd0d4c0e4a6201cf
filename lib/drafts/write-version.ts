import type { Tx } from '../db/client';
import { notFound } from '../errors/app-error';
import { indexInvestigation } from '../investigations/index-investigation';
import { recordEdit } from '../investigations/record-edit';

export type Author = { kind: 'human'; userId: string } | { kind: 'model'; runId: string };

/**
 * Writes the next version of a draft whose row the caller has locked, keeps it in draft_versions, and indexes it.
 * Every version is kept, also those of autosaves: each was acknowledged to somebody, and each may be the base of a
 * save or a proposal that is still to come. (PostgreSQL compresses them; archiving is the place to thin them out.)
 * @returns the new version.
 */
export async function writeVersion(
  tx: Tx,
  investigationId: string,
  version: number,
  markdown: string,
  author: Author,
): Promise<number> {
  const next = version + 1;
  const updatedAt = new Date();
  const userId = author.kind === 'human' ? author.userId : null;
  await tx.draft.update({
    where: { investigationId },
    data: { markdown, version: next, updatedById: userId, updatedAt, ...(userId ? { humanTouched: true } : {}) },
  });
  await tx.draftVersion.create({
    data: {
      investigationId,
      version: next,
      markdown,
      author: author.kind,
      userId,
      createdAt: updatedAt,
      runId: author.kind === 'model' ? author.runId : null,
    },
  });
  await recordEdit(tx, investigationId);
  await indexInvestigation(tx, investigationId);
  return next;
}

export type LockedDraft = { markdown: string; version: number; humanTouched: boolean };

/** Locks the draft: whoever writes it next waits. Always taken before a proposal's row. @throws AppError not_found. */
export async function lockDraft(tx: Tx, investigationId: string): Promise<LockedDraft> {
  const [row] = await tx.$queryRaw<LockedDraft[]>`
    SELECT markdown, version, human_touched AS "humanTouched"
    FROM drafts WHERE investigation_id = ${investigationId}::uuid FOR UPDATE`;
  if (!row) throw notFound('investigation');
  return row;
}

/** Many people may save at once and wait for the same row; Prisma's own limits (2 s, 5 s) are for idle systems. */
export const SLOW_TRANSACTION = { maxWait: 15_000, timeout: 30_000 };
