import type { Tx } from '../db/client';

type Frozen = { id: string; investigationId: string; number: number; draftVersion: number; authorId: string };

/**
 * Everyone whose own words are in a revision and not yet in the approved text before it: who submitted it, and each person
 * who saved the draft since. None of them may approve it (four eyes). Who asked a model for text is no writer.
 */
export async function writersOf(tx: Tx, revision: Frozen): Promise<Set<string>> {
  const base = await tx.revision.findFirst({
    where: { investigationId: revision.investigationId, number: { lt: revision.number }, approvedAt: { not: null } },
    orderBy: { number: 'desc' },
    select: { draftVersion: true },
  });
  const saves = await tx.draftVersion.findMany({
    where: {
      investigationId: revision.investigationId,
      version: { gt: base?.draftVersion ?? 0, lte: revision.draftVersion },
      author: 'human',
      userId: { not: null },
    },
    distinct: ['userId'],
    select: { userId: true },
  });
  const reviews = await tx.review.findMany({ where: { revisionId: revision.id }, select: { submittedById: true } });
  const writers = [revision.authorId, ...reviews.map((row) => row.submittedById), ...saves.map((row) => row.userId)];
  return new Set(writers.filter((id) => id !== null));
}
