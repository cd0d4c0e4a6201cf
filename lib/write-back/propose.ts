import { v7 as uuid } from 'uuid';
import type { Prisma, Tx } from '../db/client';
import { env } from '../env/env';
import { WRITE_SYSTEMS } from './systems';

/**
 * Offers to write the outcome of an approved case back to where its alerts came from, through each connection that has it switched
 * on. Inside the approval's transaction; nothing is sent before a person confirms it. An offer of an earlier approval that nobody
 * decided is replaced.
 */
export async function proposeWriteBacks(tx: Tx, investigationId: string, reviewId: string): Promise<void> {
  const connections = await tx.connection.findMany({
    where: { writeBack: true, enabled: true, system: { in: Object.keys(WRITE_SYSTEMS) } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  if (connections.length === 0) return;
  const investigation = await tx.investigation.findUniqueOrThrow({
    where: { id: investigationId },
    include: { alerts: { include: { alert: true } } },
  });
  await tx.writeBack.deleteMany({ where: { investigationId, status: 'proposed' } });
  const outcome = { comment: commentOf(investigation), classification: investigation.classification };
  const data = connections.flatMap(({ id: connectionId, system }) => {
    const written = WRITE_SYSTEMS[system ?? ''];
    return investigation.alerts.flatMap(({ alert }): Prisma.WriteBackCreateManyInput[] =>
      written && alert.source === written.source && !alert.sample && !alert.sourceRef.startsWith('sha256:')
        ? [
            {
              id: uuid(),
              investigationId,
              reviewId,
              alertId: alert.id,
              connectionId,
              calls: written.calls(alert.sourceRef, outcome) as Prisma.InputJsonValue, // plain JSON
            },
          ]
        : [],
    );
  });
  await tx.writeBack.createMany({ data, skipDuplicates: true });
}

type Case = { id: string; codename: string; classification: string | null; confidence: number | null };

/** The codename and the id are what a repeated attempt looks for. */
function commentOf({ id, codename, classification, confidence }: Case): string {
  const assessment = classification
    ? `${classification}${confidence === null ? '' : `, confidence ${confidence}`}`
    : 'no classification';
  const link = env().PUBLIC_URL ? ` ${new URL(`/library/${id}`, env().PUBLIC_URL).href}` : '';
  return `Investigated in Socdown, case ${codename} (${id.slice(-8)}): ${assessment}. Approved in review.${link}`;
}
