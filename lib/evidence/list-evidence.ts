import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import type { Evidence } from '../db/generated/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import type { EvidenceItem } from './schema';

/** All records of an investigation in order of their number, without results. @throws AppError not_found. */
export async function listEvidence(actor: Actor, investigationId: string): Promise<EvidenceItem[]> {
  authorize(actor, 'evidence.read');
  const known = isUuid(investigationId) && (await db().investigation.count({ where: { id: investigationId } }));
  if (!known) throw notFound('investigation');
  const rows = await db().evidence.findMany({
    where: { investigationId },
    omit: { result: true },
    orderBy: { number: 'asc' },
    take: 5000,
  });
  return rows.map(toItem);
}

/** A row as the API lists it: times in ISO form, without the result. */
export function toItem(row: Omit<Evidence, 'result'>): EvidenceItem {
  return {
    number: row.number,
    runId: row.runId,
    server: row.server,
    tool: row.tool,
    args: row.args,
    question: row.question,
    timeFrom: row.timeFrom?.toISOString() ?? null,
    timeTo: row.timeTo?.toISOString() ?? null,
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    status: row.status === 'ok' || row.status === 'failed' ? row.status : 'running',
    error: row.error && maskSecrets(row.error),
    rows: row.rows,
    bytes: row.bytes,
    truncated: row.truncated,
    sha256: row.sha256,
    ...(row.resultRemovedAt ? { removedAt: row.resultRemovedAt.toISOString() } : {}),
  };
}
