import type { Tx } from '../db/client';

export type Frozen = { id: string; investigationId: string; number: number; draftVersion: number; authorId: string };

/**
 * Everyone whose own words are in a revision and not yet in the approved text before it: who submitted it, each person who saved
 * the draft since, and each who wrote in a case that was merged into it since. None of them may approve it (four eyes). Who asked a model for text is no writer.
 */
export async function writersOf(tx: Tx, revision: Frozen): Promise<Set<string>> {
  const base = await tx.revision.findFirst({
    where: { investigationId: revision.investigationId, number: { lt: revision.number }, approvedAt: { not: null } },
    orderBy: { number: 'desc' },
    select: { draftVersion: true },
  });
  const since = { gt: base?.draftVersion ?? 0, lte: revision.draftVersion };
  const merged = await mergedInto(tx, revision.investigationId, since);
  const saves = await tx.draftVersion.findMany({
    where: {
      OR: [{ investigationId: revision.investigationId, version: since }, { investigationId: { in: merged } }],
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

/** The cases whose text came into a draft between two versions, and the cases that were merged into those before. */
async function mergedInto(tx: Tx, intoId: string, between: { gt: number; lte: number }): Promise<string[]> {
  const found: string[] = [];
  const first = await tx.caseMerge.findMany({
    where: { intoId, intoVersion: between, undoneAt: null },
    select: { fromId: true },
  });
  for (let next = first; next.length > 0; ) {
    const ids = next.map(({ fromId }) => fromId).filter((id) => !found.includes(id));
    found.push(...ids);
    next = await tx.caseMerge.findMany({ where: { intoId: { in: ids }, undoneAt: null }, select: { fromId: true } });
  }
  return found;
}
