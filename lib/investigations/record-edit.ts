import type { Tx } from '../db/client';
import { InvestigationStatus } from '../report/schema';
import { nextStatus } from './status';

/**
 * Tells the investigation's state that its draft has a new version: after an approval the next draft begins. Called by who
 * writes a version, in its transaction; the approved text and its commit stay as they are.
 */
export async function recordEdit(tx: Tx, investigationId: string): Promise<void> {
  const { status } = await tx.investigation.update({
    where: { id: investigationId },
    data: { updatedAt: new Date() },
    select: { status: true },
  });
  const next = nextStatus(InvestigationStatus.parse(status), 'edit');
  if (next && next !== status)
    await tx.investigation.update({ where: { id: investigationId }, data: { status: next } });
}
