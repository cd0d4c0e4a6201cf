import { toItem } from '../alerts/alert-rows';
import type { AlertCase, AlertItem } from '../alerts/schema';
import type { Tx } from '../db/client';

/** The alerts of an investigation as lists show them: most severe first, then by time. */
export async function caseAlerts(tx: Tx, investigation: AlertCase): Promise<AlertItem[]> {
  const rows = await tx.alert.findMany({
    where: { investigations: { some: { investigationId: investigation.id } } },
    include: { assignee: { select: { id: true, name: true } } },
    omit: { raw: true, description: true },
    orderBy: [{ severity: 'desc' }, { occurredAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map((row) => toItem({ ...row, investigation }));
}
