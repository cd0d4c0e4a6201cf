import { type Actor, authorize } from '../auth/guard';
import { db, type Prisma, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { FACT_CHECK } from '../investigations/live-runs';
import { Quote, type RunEvent, RunStatus, RunView } from './events';

/** @throws AppError not_found */
export async function getRun(actor: Actor, runId: string): Promise<RunView> {
  authorize(actor, 'runs.read');
  const row = isUuid(runId) ? await db().run.findUnique({ where: { id: runId }, include: WITH_PERSON }) : null;
  if (!row) throw notFound('run');
  return toView(row);
}

/** The newest 50 runs of an investigation; fact checks stand with the checks (lib/checks/fact-check-state). @throws AppError not_found */
export async function listRuns(actor: Actor, investigationId: string): Promise<RunView[]> {
  authorize(actor, 'runs.read');
  const known = isUuid(investigationId) && (await db().investigation.count({ where: { id: investigationId } }));
  if (!known) throw notFound('investigation');
  const rows = await db().run.findMany({
    where: { investigationId, kind: { not: FACT_CHECK } },
    include: WITH_PERSON,
    orderBy: { createdAt: 'desc' },
    take: 50,
  });
  return rows.map(toView);
}

/** Events of one read; a reader that gets this many asks again. */
export const EVENTS_PER_READ = 500;

/** The run's events after a number, oldest first, at most EVENTS_PER_READ. */
export async function readEvents(actor: Actor, runId: string, afterSeq: number): Promise<RunEvent[]> {
  authorize(actor, 'runs.read');
  if (!isUuid(runId)) throw notFound('run');
  const after = Math.max(0, Math.min(Math.trunc(afterSeq) || 0, 2 ** 31 - 1));
  const { rows } = await pool().query(
    'SELECT seq, data, created_at FROM run_events WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
    [runId, after, EVENTS_PER_READ],
  );
  // `data` is a RunEventBody: only event-log and lease write it.
  return rows.map((row) => ({ ...row.data, seq: row.seq, at: row.created_at.toISOString() }));
}

const WITH_PERSON = { requestedBy: { select: { id: true, name: true } } } as const satisfies Prisma.RunInclude;

function toView(row: Prisma.RunGetPayload<{ include: typeof WITH_PERSON }>): RunView {
  return {
    id: row.id,
    investigationId: row.investigationId,
    kind: RunView.shape.kind.catch('investigate').parse(row.kind),
    instruction: row.instruction,
    coaching: row.coaching,
    quote: Quote.nullable().catch(null).parse(row.quote),
    fresh: row.fresh,
    withoutPrecedents: row.withoutPrecedents,
    parallel: row.parallel,
    model: row.model,
    label: row.modelLabel,
    status: RunStatus.parse(row.status),
    error: row.error,
    // Who is suspended for a person has no error (lease.ts).
    suspended:
      row.status === 'waiting' && row.error !== null && row.leaseUntil !== null
        ? { reason: row.error, until: row.leaseUntil.toISOString() }
        : null,
    requestedBy: row.requestedBy,
    usage: RunView.shape.usage.catch({}).parse(row.usage),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
