import type { Tx } from '../db/client';
import { Problem, type Reading } from './fact-findings';

/** What a model said about a statement, as a case keeps it. `notRead`: why it said nothing. */
export type StoredReading = Reading & { model: string; at: Date; notRead: string | null };

/** The readings of a case; those of statements that it no longer has are among them. */
export async function storedReadings(tx: Tx, investigationId: string): Promise<StoredReading[]> {
  const rows = await tx.factReading.findMany({ where: { investigationId } });
  return rows.map(({ key, problems, modelLabel, readAt, notRead }) => ({
    key,
    problems: Problem.array().catch([]).parse(problems),
    model: modelLabel,
    at: readAt,
    notRead,
  }));
}

/** Problems that a person dismissed, each with who and when. */
export async function storedDismissals(tx: Tx, investigationId: string) {
  return tx.factDismissal.findMany({
    where: { investigationId },
    include: { user: { select: { name: true } } },
    orderBy: [{ at: 'asc' }, { key: 'asc' }, { problem: 'asc' }],
  });
}

/** Lists show how many findings the text under review has: the worker counts them again. */
export async function countAgain(tx: Tx, investigationId: string): Promise<void> {
  await tx.revision.updateMany({
    where: { investigationId, reviews: { some: { status: 'open' } } },
    data: { checkErrors: null, checkWarnings: null },
  });
}
