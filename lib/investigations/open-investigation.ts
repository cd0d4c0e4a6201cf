import { v7 as uuid } from 'uuid';
import { Entity, severityOf, severityRank } from '../alerts/schema';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { highestSeverity, investigationTitle, newReport } from '../report/template';
import { newCodename } from './codename';
import { indexInvestigation } from './index-investigation';
import { OpenInvestigation } from './schema';
import { investigationPath } from './slug';

export type Opened = { id: string; codename: string; path: string };

/**
 * Opens an investigation of 1 to 50 alerts: a codename, a path in the store, an empty report. The alerts become open, and
 * the actor's where they are nobody's.
 * @throws AppError not_found for an unknown alert; conflict when one is in an investigation that is not approved yet,
 * with `data.investigation` {id, codename} so that the caller can go there.
 */
export async function openInvestigation(actor: Actor, input: OpenInvestigation): Promise<Opened> {
  authorize(actor, 'investigations.open');
  const userId = personId(actor);
  const alertIds = [...new Set(OpenInvestigation.parse(input).alertIds)];
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db().$transaction((tx) => open(tx, userId, alertIds), { maxWait: 15_000, timeout: 30_000 });
    } catch (error) {
      // Somebody drew the same codename at the same moment; the unique index told us apart.
      if (attempt < 5 && (error as { code?: string }).code === 'P2002') continue;
      throw error;
    }
  }
}

async function open(tx: Tx, userId: string, alertIds: string[]): Promise<Opened> {
  // In id order: two people who open overlapping sets wait for each other instead of blocking each other.
  await tx.$queryRaw`SELECT id FROM alerts WHERE id = ANY(${alertIds}::uuid[]) ORDER BY id FOR UPDATE`;
  const rows = await tx.alert.findMany({
    where: { id: { in: alertIds } },
    omit: { raw: true },
    orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
  });
  const missing = alertIds.filter((id) => !rows.some((row) => row.id === id));
  if (missing.length > 0)
    throw new AppError('not_found', `There is no alert ${missing[0]}. Reload the queue.`, { data: { missing } });
  await refuseBusyAlerts(tx, alertIds);

  const alerts = rows.map((row) => ({
    source: row.source,
    sourceRef: row.sourceRef,
    title: row.title,
    severity: severityOf(row.severity),
    occurredAt: row.occurredAt.toISOString(),
    techniques: row.techniques,
    entities: Entity.array().parse(row.entities),
  }));
  const id = uuid();
  const codename = await newCodename(tx);
  const openedAt = new Date();
  const title = investigationTitle(alerts);
  const path = investigationPath(openedAt, title, codename);
  const markdown = newReport(alerts, codename, openedAt);
  await tx.investigation.create({
    data: {
      id,
      codename,
      title,
      path,
      openedAt,
      updatedAt: openedAt,
      openedById: userId,
      severity: severityRank(highestSeverity(alerts)),
      sample: rows.every((row) => row.sample),
      alerts: { create: alertIds.map((alertId) => ({ alertId })) },
      draft: { create: { markdown, version: 1, updatedById: userId, updatedAt: openedAt } },
      draftVersions: { create: { version: 1, markdown, author: 'human', userId, createdAt: openedAt } },
    },
  });
  await tx.$executeRaw`
    UPDATE alerts SET status = 'open', disposition = NULL, close_reason = NULL, closed_at = NULL, assignee_id = COALESCE(assignee_id, ${userId})
    WHERE id = ANY(${alertIds}::uuid[])`;
  await indexInvestigation(tx, id);
  const line = { actorId: userId, verb: 'investigations.open' };
  await audit(tx, [
    { ...line, subjectKind: 'investigation', subjectId: id, data: { codename, alertIds } },
    ...alertIds.map((subjectId) => ({
      ...line,
      subjectKind: 'alert',
      subjectId,
      data: { investigationId: id, codename },
    })),
  ]);
  return { id, codename, path };
}

/** @throws AppError conflict when an alert is in a case that is not approved, with `data.investigation` {id, codename}. */
export async function refuseBusyAlerts(tx: Tx, alertIds: string[]): Promise<void> {
  const busy = await tx.investigationAlert.findFirst({
    where: { alertId: { in: alertIds }, investigation: { status: { not: 'approved' } } },
    include: { investigation: { select: { id: true, codename: true } }, alert: { select: { title: true } } },
  });
  if (!busy) return;
  const { investigation, alert } = busy;
  throw new AppError(
    'alert_already_in_case',
    `"${alert.title.slice(0, 120)}" is being investigated already, as ${investigation.codename}.`,
    {
      data: { investigation, alertId: busy.alertId },
    },
  );
}
