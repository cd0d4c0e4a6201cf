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
  const entries = parseReport(draft.markdown).timeline;
  const [records, tactics] = await Promise.all([
    readRecords(db(), investigationId, [...new Set(entries.flatMap(({ evidence }) => evidence))]),
    tacticsByAction(),
  ]);
  await loadKnownSecrets();
  return maskSecretsIn(caseEvents({ entries, records, tacticOf: (action) => tactics.get(action) ?? null }));
}
