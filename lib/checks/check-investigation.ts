import { type Actor, authorize } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { readRecords } from '../evidence/read-records';
import { citationsIn } from './blocks';
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
    return { version: row.draftVersion, revision, items: await checkText(db(), investigationId, row.markdown) };
  }
  if (proposal !== undefined) {
    const row = await db().proposal.findUnique({ where: { id: proposal, investigationId } });
    if (!row) throw missing;
    return { version: row.baseVersion, revision: null, items: await checkText(db(), investigationId, row.markdown) };
  }
  const draft = await db().draft.findUnique({ where: { investigationId } });
  if (!draft) throw missing;
  return { version: draft.version, revision: null, items: await checkText(db(), investigationId, draft.markdown) };
}

/** The same for any text of an investigation. No permission check: for verbs that have made theirs. */
export async function checkText(tx: Tx, investigationId: string, markdown: string): Promise<CheckFinding[]> {
  const records = await readRecords(tx, investigationId, citationsIn(markdown));
  const alerts = await tx.investigationAlert.findMany({
    where: { investigationId },
    select: {
      alert: { select: { title: true, description: true, rule: true, occurredAt: true, entities: true, raw: true } },
    },
    take: 50,
  });
  const known = alerts.map(({ alert }) => JSON.stringify(alert)).join('\n');
  return runChecks({ markdown, records, alerts: known });
}
