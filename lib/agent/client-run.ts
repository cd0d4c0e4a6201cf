import { v7 as uuid } from 'uuid';
import { type Actor, personId } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { refuseMerged } from '../investigations/record-edit';
import { CLIENT_RUN } from './events';

/** How long the queries of one person's client in a case count as one run. */
const SAME_RUN_HOURS = 12;

/** A run that keeps what a person's own client does in a case. It has ended before it begins, so no worker takes it. */
export type ClientRun = { id: string; leaseOwner: string; label: string };

/** The run that the client's queries are recorded under: that of the last hours, or a new one. */
export async function queryRun(actor: Actor, investigationId: string): Promise<ClientRun> {
  await refuseMerged(db(), investigationId);
  const label = await clientLabel(actor);
  const since = new Date(Date.now() - SAME_RUN_HOURS * 3_600_000);
  const own = { kind: CLIENT_RUN, requestedById: personId(actor), modelLabel: label, instruction: null };
  const last = await db().run.findFirst({
    where: { ...own, investigationId, createdAt: { gt: since }, leaseOwner: { not: null } },
    orderBy: { createdAt: 'desc' },
  });
  return last
    ? { id: last.id, leaseOwner: last.leaseOwner ?? '', label }
    : createClientRun(db(), actor, investigationId, { label, note: null });
}

/** A run of its own, with what the client says about it. */
export async function createClientRun(
  tx: Tx,
  actor: Actor,
  investigationId: string,
  { label, note }: { label: string; note: string | null },
): Promise<ClientRun> {
  await refuseMerged(tx, investigationId);
  const id = uuid();
  const now = new Date();
  await tx.run.create({
    data: {
      id,
      investigationId,
      kind: CLIENT_RUN,
      instruction: note,
      requestedById: personId(actor),
      model: CLIENT_RUN,
      modelLabel: label,
      status: 'succeeded',
      leaseOwner: id,
      startedAt: now,
      finishedAt: now,
    },
  });
  return { id, leaseOwner: id, label };
}

/** How reports and commits name the client: by the name that its owner gave the key. */
export async function clientLabel(actor: Actor): Promise<string> {
  if (actor.keyId === undefined) return 'MCP client';
  const key = await db().apiKey.findUnique({ where: { id: actor.keyId }, select: { name: true } });
  return `${key?.name.replace(/\s+/g, ' ').trim() || 'API key'} (MCP client)`;
}
