import { type AlertCase, type AlertItem, AlertStatus, Disposition, Entity, severityOf } from '../alerts/schema';
import type { Tx } from '../db/client';

/** The alerts of an investigation as lists show them: most severe first, then by time. */
export async function caseAlerts(tx: Tx, investigation: AlertCase): Promise<AlertItem[]> {
  const rows = await tx.alert.findMany({
    where: { investigations: { some: { investigationId: investigation.id } } },
    include: { assignee: { select: { id: true, name: true } } },
    omit: { raw: true, description: true },
    orderBy: [{ severity: 'desc' }, { occurredAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    sourceRef: row.sourceRef,
    title: row.title,
    rule: row.rule,
    severity: severityOf(row.severity),
    status: AlertStatus.parse(row.status),
    disposition: row.disposition === null ? null : Disposition.parse(row.disposition),
    closeReason: row.closeReason,
    assignee: row.assignee,
    occurredAt: row.occurredAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    timeSource: row.timeSource === 'receipt' ? 'receipt' : 'sender',
    severitySource: row.severitySource === 'guess' ? 'guess' : 'sender',
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    entities: Entity.array().parse(row.entities),
    techniques: row.techniques,
    link: row.link,
    count: row.count,
    sample: row.sample,
    investigation,
  }));
}
