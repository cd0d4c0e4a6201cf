import { type Actor, authorize, personId } from '../auth/guard';
import { can } from '../auth/permissions';
import { audit } from '../db/audit';
import { db, type Prisma } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { DecideWriteBack, WriteBack, WriteCall } from './schema';

/** What a case offers to write back, or wrote. @throws AppError not_found */
export async function listWriteBacks(actor: Actor, investigationId: string): Promise<WriteBack[]> {
  authorize(actor, 'investigations.read');
  requireId(investigationId, 'investigation');
  if ((await db().investigation.count({ where: { id: investigationId } })) === 0) throw notFound('investigation');
  const rows = await db().writeBack.findMany({
    where: { investigationId },
    include: WITH,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 200,
  });
  return rows.map((row) => viewOf(actor, row));
}

/**
 * Sends an offer, exactly as it is shown, or dismisses it. A failed one can be sent again. The worker makes the calls.
 * @throws AppError not_found; write_back_decided; write_back_off for a connection that is switched off
 */
export async function decideWriteBack(actor: Actor, id: string, input: DecideWriteBack): Promise<WriteBack> {
  authorize(actor, 'calls.allow_write');
  const { decision } = DecideWriteBack.parse(input);
  await db().$transaction(async (tx) => {
    if (isUuid(id)) await tx.$queryRaw`SELECT 1 FROM write_backs WHERE id = ${id}::uuid FOR UPDATE`;
    const row = isUuid(id) ? await tx.writeBack.findUnique({ where: { id }, include: WITH }) : null;
    if (!row) throw notFound('write-back');
    if (row.status !== 'proposed' && row.status !== 'failed')
      throw new AppError(
        'write_back_decided',
        `${row.decidedBy?.name ?? 'Somebody'} has already decided this. Reload to see the outcome.`,
      );
    if (decision === 'send' && !(row.connection.enabled && row.connection.writeBack))
      throw new AppError(
        'write_back_off',
        `Write-back is off for ${row.connection.name}. An admin can turn it on in Settings, Connections.`,
      );
    await tx.writeBack.update({
      where: { id },
      data: {
        status: decision === 'send' ? 'queued' : 'dismissed',
        decidedById: personId(actor),
        decidedAt: new Date(),
        attempts: 0,
        nextAttemptAt: new Date(),
      },
    });
    await audit(tx, {
      actorId: actor.id,
      verb: `write_backs.${decision}`,
      subjectKind: 'investigation',
      subjectId: row.investigationId,
      data: {
        writeBack: id,
        alert: row.alertId,
        connection: row.connection.name,
        calls: row.calls as Prisma.InputJsonValue, // written by propose only
      },
    });
  });
  return viewOf(actor, await db().writeBack.findUniqueOrThrow({ where: { id }, include: WITH }));
}

const WITH = {
  alert: { select: { id: true, title: true, source: true, sourceRef: true } },
  connection: { select: { name: true, enabled: true, writeBack: true } },
  decidedBy: { select: { name: true } },
} as const;

function viewOf(actor: Actor, row: Prisma.WriteBackGetPayload<{ include: typeof WITH }>): WriteBack {
  return {
    id: row.id,
    alert: row.alert,
    connection: row.connection.name,
    calls: WriteCall.array().parse(row.calls),
    state: WriteBack.shape.state.parse(row.status),
    error: row.lastError,
    decidedBy: row.decidedBy?.name ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    sentAt: row.sentAt?.toISOString() ?? null,
    mayDecide: can(actor.role, 'calls.allow_write'),
  };
}
