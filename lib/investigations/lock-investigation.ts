import type { Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { InvestigationStatus } from '../report/schema';

/**
 * Puts everyone who would change the investigation's review state in a row; taken before any other row of it but the draft's.
 * @throws AppError not_found
 */
export async function lockInvestigation(tx: Tx, investigationId: string): Promise<InvestigationStatus> {
  const rows = isUuid(investigationId)
    ? await tx.$queryRaw<{ status: string }[]>`
        SELECT status FROM investigations WHERE id = ${investigationId}::uuid FOR UPDATE`
    : [];
  if (!rows[0]) throw notFound('investigation');
  return InvestigationStatus.parse(rows[0].status);
}
