import type { z } from 'zod';
import { Entity, severityOf } from '../alerts/schema';
import { type Actor, authorize, personId } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { lockInvestigation } from '../investigations/lock-investigation';
import { refuseBusyAlerts } from '../investigations/open-investigation';
import { requireId } from '../investigations/require-id';
import { AttachAlerts, type AttachedAlerts } from '../investigations/schema';
import { patchFrontMatter } from '../report/front-matter';
import { parseReport } from '../report/report';
import { alertName, entitiesOf, highestSeverity } from '../report/template';
import { lockDraft, SLOW_TRANSACTION, writeVersion } from './write-version';

/** As many as one case is opened with, ten times over. */
export const MAX_ALERTS = 500;

/**
 * Adds alerts to a case: they become open, and the case owner's where they are nobody's; the front matter names them. An approved
 * case becomes a draft again. Alerts that the case has already change nothing.
 * @throws AppError not_found for an unknown case or alert; conflict when an alert is in another open case, with `data.investigation`
 */
export async function attachAlerts(
  actor: Actor,
  investigationId: string,
  input: z.input<typeof AttachAlerts>,
): Promise<AttachedAlerts> {
  authorize(actor, 'investigations.attach');
  const userId = personId(actor);
  const alertIds = [...new Set(AttachAlerts.parse(input).alertIds)];
  requireId(investigationId, 'investigation');
  return db().$transaction((tx) => attach(tx, userId, investigationId, alertIds), SLOW_TRANSACTION);
}

async function attach(tx: Tx, userId: string, investigationId: string, alertIds: string[]): Promise<AttachedAlerts> {
  const draft = await lockDraft(tx, investigationId);
  await lockInvestigation(tx, investigationId);
  await tx.$queryRaw`SELECT id FROM alerts WHERE id = ANY(${alertIds}::uuid[]) ORDER BY id FOR UPDATE`;
  const there = await tx.investigationAlert.findMany({ where: { investigationId }, select: { alertId: true } });
  const known = new Set(there.map(({ alertId }) => alertId));
  const added = alertIds.filter((id) => !known.has(id));
  const { codename } = await tx.investigation.findUniqueOrThrow({ where: { id: investigationId } });
  if (added.length === 0) return { id: investigationId, codename, attached: 0 };
  if (known.size + added.length > MAX_ALERTS) {
    throw new AppError('bad_request', `A case holds at most ${MAX_ALERTS} alerts. Open another case for the rest.`);
  }
  const rows = await tx.alert.findMany({
    where: { id: { in: added } },
    omit: { raw: true },
    orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
  });
  const missing = added.find((id) => !rows.some((row) => row.id === id));
  if (missing) throw new AppError('not_found', `There is no alert ${missing}. Reload the queue.`);
  await refuseBusyAlerts(tx, added);
  await tx.investigationAlert.createMany({ data: added.map((alertId) => ({ investigationId, alertId })) });
  await tx.$executeRaw`
    UPDATE alerts SET status = 'open', disposition = NULL, close_reason = NULL, closed_at = NULL,
      assignee_id = COALESCE(assignee_id, (SELECT opened_by_id FROM investigations WHERE id = ${investigationId}::uuid))
    WHERE id = ANY(${added}::uuid[])`;
  await tx.$executeRaw`
    UPDATE investigations SET severity = greatest(severity, (SELECT max(severity) FROM alerts WHERE id = ANY(${added}::uuid[])))
    WHERE id = ${investigationId}::uuid`;
  const markdown = withAlerts(draft.markdown, rows);
  await writeVersion(tx, investigationId, draft.version, markdown, { kind: 'human', userId });
  // Naming alerts is no text: a first report may still be written by a run.
  if (!draft.humanTouched) await tx.draft.update({ where: { investigationId }, data: { humanTouched: false } });
  const data = { investigationId, codename };
  const entry = { actorId: userId, verb: 'investigations.attach' };
  await tx.auditEntry.createMany({
    data: [
      { ...entry, subjectKind: 'investigation', subjectId: investigationId, data: { codename, alertIds: added } },
      ...added.map((alertId) => ({ ...entry, subjectKind: 'alert', subjectId: alertId, data })),
    ],
  });
  return { id: investigationId, codename, attached: added.length };
}

type Row = {
  source: string;
  sourceRef: string;
  severity: number;
  techniques: string[];
  entities: unknown;
};

/** The report with the alerts in its front matter; unchanged where that can't be read. */
export function withAlerts(markdown: string, rows: Row[]): string {
  const { frontMatter } = parseReport(markdown);
  if (!frontMatter) return markdown;
  const alerts = rows.map((row) => ({
    ...row,
    severity: severityOf(row.severity),
    entities: Entity.array().parse(row.entities),
  }));
  const highest = highestSeverity([...alerts, { severity: frontMatter.severity.original }]);
  const union = (a: string[], b: string[]) => [...new Set([...a, ...b])];
  return patchFrontMatter(markdown, {
    alerts: union(frontMatter.alerts, alerts.map(alertName)),
    severity: { ...frontMatter.severity, original: highest },
    techniques: union(
      frontMatter.techniques,
      alerts.flatMap(({ techniques }) => techniques),
    ),
    entities: entitiesOf([{ entities: frontMatter.entities }, ...alerts]),
  });
}
