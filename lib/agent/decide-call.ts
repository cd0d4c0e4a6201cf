import { type Actor, authorize, personId } from '../auth/guard';
import { can } from '../auth/permissions';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError } from '../errors/app-error';
import { enqueueRun } from '../jobs/queue';
import { ApprovalView } from './approval-schema';

/**
 * Allows or refuses one call of a run, with the arguments that are stored with it. The run continues at once, wherever a worker
 * is free. Whoever may allow may refuse, and who may look at runs' egress may refuse a write too.
 * @throws AppError not_found; forbidden; conflict when it was decided, has lapsed, or its run has ended.
 */
export async function decideCall(
  actor: Actor,
  runId: string,
  callId: string,
  { allow }: { allow: boolean },
): Promise<ApprovalView> {
  authorize(actor, 'calls.allow_egress');
  const decidedById = personId(actor);
  if (!isUuid(runId)) throw notFound();
  await db().$transaction(async (tx) => {
    // The run first, as whoever suspends it does (lease.ts): a decision is either seen before it is suspended, or wakes it.
    const runs = await tx.$queryRaw<{ finished: boolean; held: boolean }[]>`
      SELECT finished_at IS NOT NULL AS finished, lease_owner IS NOT NULL AS held FROM runs WHERE id = ${runId}::uuid FOR UPDATE`;
    const row = await tx.approval.findUnique({ where: { runId_callId: { runId, callId } } });
    if (!runs[0] || !row) throw notFound();
    if (row.class === 'write' && allow) authorize(actor, 'calls.allow_write');
    if (runs[0].finished)
      throw new AppError('run_ended', 'The run has ended and makes no more calls. Start a new run.');
    const status = allow ? 'allowed' : 'denied';
    const decided = await tx.$executeRaw`
      UPDATE approvals SET status = ${status}, decided_by_id = ${decidedById}, decided_at = now()
      WHERE run_id = ${runId}::uuid AND call_id = ${callId} AND status = 'waiting' AND expires_at > now()`;
    if (decided === 0)
      throw new AppError('call_already_decided', 'This call was already decided, or no one decided in time.');
    const { server, tool, class: toolClass, argsHash } = row;
    await audit(tx, {
      actorId: actor.id,
      verb: allow ? 'calls.allow' : 'calls.refuse',
      subjectKind: 'run',
      subjectId: runId,
      data: { callId, server, tool, class: toolClass, argsHash },
    });
    if (runs[0].held) return; // its worker sees it before it is suspended
    await tx.run.updateMany({ where: { id: runId, status: 'waiting' }, data: { leaseUntil: new Date(0) } });
    await enqueueRun(tx, runId);
  });
  const view = (await listApprovals(actor, runId)).find((approval) => approval.callId === callId);
  if (!view) throw notFound();
  return view;
}

/** The questions of a run, oldest first. @throws AppError not_found */
export async function listApprovals(actor: Actor, runId: string): Promise<ApprovalView[]> {
  authorize(actor, 'runs.read');
  const known = isUuid(runId) && (await db().run.count({ where: { id: runId } }));
  if (!known) throw new AppError('not_found', 'There is no such run.');
  return read(actor, { runId });
}

/** What waits for a person anywhere, oldest first, at most 100. */
export async function listWaitingApprovals(actor: Actor): Promise<ApprovalView[]> {
  authorize(actor, 'runs.read');
  return read(actor, { status: 'waiting', expiresAt: { gt: new Date() }, run: { finishedAt: null } });
}

async function read(
  actor: Actor,
  where: NonNullable<Parameters<ReturnType<typeof db>['approval']['findMany']>[0]>['where'],
) {
  const rows = await db().approval.findMany({
    where: where ?? {},
    include: { run: { select: { investigationId: true } } },
    orderBy: { requestedAt: 'asc' },
    take: 100,
  });
  const people = rows.flatMap((row) => row.decidedById ?? []);
  const names = new Map(
    people.length > 0
      ? (await db().user.findMany({ where: { id: { in: people } } })).map((user) => [user.id, user.name])
      : [],
  );
  return rows.map(
    (row): ApprovalView =>
      ApprovalView.parse({
        runId: row.runId,
        investigationId: row.run.investigationId,
        callId: row.callId,
        server: row.server,
        tool: row.tool,
        class: row.class,
        args: row.args,
        argsHash: row.argsHash,
        status: row.status === 'waiting' && row.expiresAt <= new Date() ? 'expired' : row.status,
        requestedAt: row.requestedAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
        decidedBy: row.decidedById ? (names.get(row.decidedById) ?? null) : null,
        mayAllow: can(actor.role, row.class === 'write' ? 'calls.allow_write' : 'calls.allow_egress'),
      }),
  );
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such call waiting in this run.');
}
