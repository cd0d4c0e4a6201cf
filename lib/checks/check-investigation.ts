import { type Actor, authorize } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { readRecords } from '../evidence/read-records';
import { MOST_SEVERE_FIRST } from '../investigations/case-alerts';
import { citationsIn } from './blocks';
import { readFactCheck } from './fact-check-state';
import type { CheckFinding, CheckReport } from './finding';
import { runChecks } from './run-checks';

/**
 * The findings of an investigation's draft, of one of its revisions, or of a proposal's text. `version` is the draft's, so that an editor can tell
 * whether they are still about its text. @throws AppError not_found
 */
export async function checkInvestigation(
  actor: Actor,
  investigationId: string,
  { revision, proposal }: { revision?: string | undefined; proposal?: string | undefined } = {},
): Promise<CheckReport> {
  authorize(actor, 'checks.read');
  const missing = notFound('investigation, revision or proposal');
  if (![investigationId, revision, proposal].every((id) => id === undefined || isUuid(id))) throw missing;
  if (revision !== undefined) {
    const row = await db().revision.findUnique({ where: { id: revision, investigationId } });
    if (!row) throw missing;
    return { version: row.draftVersion, revision, ...(await checkAll(db(), investigationId, row.markdown)) };
  }
  if (proposal !== undefined) {
    const row = await db().proposal.findUnique({ where: { id: proposal, investigationId } });
    if (!row) throw missing;
    return { version: row.baseVersion, revision: null, ...(await checkAll(db(), investigationId, row.markdown)) };
  }
  const draft = await db().draft.findUnique({ where: { investigationId } });
  if (!draft) throw missing;
  return { version: draft.version, revision: null, ...(await checkAll(db(), investigationId, draft.markdown)) };
}

/**
 * What the rules and a model's readings find in any text of an investigation, in the order of the text. No permission check: for verbs
 * that have made theirs.
 */
export async function checkAll(
  tx: Tx,
  investigationId: string,
  markdown: string,
): Promise<Pick<CheckReport, 'items' | 'factCheck'>> {
  const records = await readRecords(tx, investigationId, citationsIn(markdown));
  const [found, { findings, state }] = await Promise.all([
    checkRecords(tx, investigationId, markdown, records),
    readFactCheck(tx, investigationId, markdown, records),
  ]);
  const items = [...found, ...findings].sort((a, b) => a.line - b.line || a.column - b.column);
  return { items, factCheck: state };
}

/** What the rules find. No permission check. */
export async function checkText(tx: Tx, investigationId: string, markdown: string): Promise<CheckFinding[]> {
  return checkRecords(tx, investigationId, markdown, await readRecords(tx, investigationId, citationsIn(markdown)));
}

async function checkRecords(
  tx: Tx,
  investigationId: string,
  markdown: string,
  records: EvidenceRecord[],
): Promise<CheckFinding[]> {
  return runChecks({ markdown, records, alerts: await readAlertText(tx, investigationId) });
}

/** Alerts whose whole documents are read; of the others of a large case, the rest is. */
const RAW_ALERTS = 50;

/** What the case's alerts say, as text that a report may repeat. */
export async function readAlertText(tx: Tx, investigationId: string): Promise<string> {
  const some = {
    where: { investigations: { some: { investigationId } } },
    orderBy: MOST_SEVERE_FIRST,
  };
  const alerts = await tx.alert.findMany({
    ...some,
    select: { title: true, description: true, rule: true, occurredAt: true, entities: true },
  });
  const documents = await tx.alert.findMany({ ...some, select: { raw: true }, take: RAW_ALERTS });
  return alerts.map((alert, index) => JSON.stringify({ ...alert, ...documents[index] })).join('\n');
}
