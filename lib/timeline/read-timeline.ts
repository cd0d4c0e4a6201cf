import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { readRecords } from '../evidence/read-records';
import { parseReport } from '../report/report';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskSecretsIn } from '../secrets/mask-secrets';
import { caseEvents } from './case-events';
import type { CaseTimeline } from './schema';
import { tacticsByAction } from './tactics';

/** What happened in a case, from its draft and its evidence; secrets are masked. @throws AppError not_found */
export async function readTimeline(actor: Actor, investigationId: string): Promise<CaseTimeline> {
  authorize(actor, 'evidence.read');
  const draft = isUuid(investigationId) ? await db().draft.findUnique({ where: { investigationId } }) : null;
  if (!draft) throw notFound('investigation');
  return timelineOf(investigationId, draft.markdown);
}

/** The same of a text of the case; `citedOnly`: without records that the text does not cite. No permission check. */
export async function timelineOf(
  investigationId: string,
  markdown: string,
  { citedOnly = false } = {},
): Promise<CaseTimeline> {
  const { timeline: entries, citations } = parseReport(markdown);
  const cited = new Set(citations.flatMap(({ numbers }) => numbers));
  const [records, tactics] = await Promise.all([
    readRecords(db(), investigationId, [...new Set(entries.flatMap(({ evidence }) => evidence))]),
    tacticsByAction(),
  ]);
  await loadKnownSecrets();
  const shown = citedOnly ? records.filter(({ number }) => cited.has(number)) : records;
  return maskSecretsIn(caseEvents({ entries, records: shown, tacticOf: (action) => tactics.get(action) ?? null }));
}
