import { type Actor, authorize } from '../auth/guard';
import { db, type Tx } from '../db/client';
import type { Evidence } from '../db/generated/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { citationsIn } from './blocks';
import type { CheckFinding, CheckReport } from './finding';
import { runChecks } from './run-checks';

/** Bytes of results that are read for one check: cited ones first, then the newest. */
const MAX_BYTES = 32_000_000;

/**
 * The findings of an investigation's draft, or of one of its revisions. `version` is the draft's, so that an editor can tell
 * whether they are still about its text. @throws AppError not_found
 */
export async function checkInvestigation(
  actor: Actor,
  investigationId: string,
  { revision }: { revision?: string | undefined } = {},
): Promise<CheckReport> {
  authorize(actor, 'checks.read');
  const missing = notFound('investigation or revision');
  if (!isUuid(investigationId) || (revision !== undefined && !isUuid(revision))) throw missing;
  if (revision !== undefined) {
    const row = await db().revision.findUnique({ where: { id: revision, investigationId } });
    if (!row) throw missing;
    return { version: row.draftVersion, revision, items: await checkText(db(), investigationId, row.markdown) };
  }
  const draft = await db().draft.findUnique({ where: { investigationId } });
  if (!draft) throw missing;
  return { version: draft.version, revision: null, items: await checkText(db(), investigationId, draft.markdown) };
}

/** The same for any text of an investigation. No permission check: for verbs that have made theirs. */
export async function checkText(tx: Tx, investigationId: string, markdown: string): Promise<CheckFinding[]> {
  const heads = await tx.evidence.findMany({
    where: { investigationId },
    omit: { result: true },
    orderBy: { number: 'asc' },
  });
  const cited = new Set(citationsIn(markdown));
  const byNeed = [...heads].sort(
    (a, b) => Number(cited.has(b.number)) - Number(cited.has(a.number)) || b.number - a.number,
  );
  let room = MAX_BYTES;
  const wanted = byNeed.filter(({ bytes }) => {
    room -= bytes;
    return room >= 0;
  });
  const bodies = await tx.evidence.findMany({
    where: { id: { in: wanted.map(({ id }) => id) } },
    select: { id: true, result: true },
  });
  const results = new Map(bodies.map(({ id, result }) => [id, result]));
  const alerts = await tx.investigationAlert.findMany({
    where: { investigationId },
    select: {
      alert: { select: { title: true, description: true, rule: true, occurredAt: true, entities: true, raw: true } },
    },
    take: 50,
  });
  const known = alerts.map(({ alert }) => JSON.stringify(alert)).join('\n');
  return runChecks({ markdown, records: heads.map((row) => toRecord(row, results)), alerts: known });
}

type Stored = { text?: string; structured?: unknown } | null | undefined;

function toRecord(row: Omit<Evidence, 'result'>, results: Map<string, unknown>): EvidenceRecord {
  const result = results.get(row.id) as Stored; // written by record-evidence only
  const { number, server, tool, args, status, rows, durationMs, truncated } = row;
  return {
    number,
    server,
    tool,
    args,
    status,
    rows,
    durationMs,
    truncated,
    timeFrom: row.timeFrom?.toISOString() ?? null,
    timeTo: row.timeTo?.toISOString() ?? null,
    text: result?.text ?? '',
    structured: result?.structured ?? null,
    ...(results.has(row.id) ? {} : { cut: 'too large to be read here' }),
  };
}
