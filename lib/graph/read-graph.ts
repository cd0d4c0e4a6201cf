import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { readRecords } from '../evidence/read-records';
import { parseReport } from '../report/report';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskSecretsIn } from '../secrets/mask-secrets';
import { caseGraph } from './case-graph';
import type { CaseGraph } from './schema';

/** Who used which key from which address on what, from a case's evidence; secrets are masked. @throws AppError not_found */
export async function readGraph(actor: Actor, investigationId: string): Promise<CaseGraph> {
  authorize(actor, 'evidence.read');
  const draft = isUuid(investigationId) ? await db().draft.findUnique({ where: { investigationId } }) : null;
  if (!draft) throw notFound('investigation');
  const cited = parseReport(draft.markdown).citations.flatMap(({ numbers }) => numbers);
  const records = await readRecords(db(), investigationId, [...new Set(cited)]);
  await loadKnownSecrets();
  return maskSecretsIn(caseGraph(records));
}
