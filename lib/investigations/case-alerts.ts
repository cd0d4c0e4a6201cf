import { toItem } from '../alerts/alert-rows';
import type { AlertCase, AlertItem } from '../alerts/schema';
import type { Prisma, Tx } from '../db/client';

/** Which alerts of a case come first, and stand for it where not all fit: the same for lists, runs and checks. */
export const MOST_SEVERE_FIRST = [
  { severity: 'desc' },
  { occurredAt: 'asc' },
  { id: 'asc' },
] satisfies Prisma.AlertOrderByWithRelationInput[];

/** The alerts of an investigation as lists show them: most severe first, then by time. */
export async function caseAlerts(tx: Tx, investigation: AlertCase): Promise<AlertItem[]> {
  const rows = await tx.alert.findMany({
    where: { investigations: { some: { investigationId: investigation.id } } },
    include: { assignee: { select: { id: true, name: true } } },
    omit: { raw: true, description: true },
    orderBy: MOST_SEVERE_FIRST,
  });
  return rows.map((row) => toItem({ ...row, investigation }));
}
