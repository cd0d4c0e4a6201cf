import { callFailure } from '../connections/call-failure';
import { recordFailure, recordHealthy } from '../connections/health';
import { ToolFailure, withTools } from '../connections/with-tools';
import { audit } from '../db/audit';
import { db, type Prisma } from '../db/client';
import { AppError } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import { WriteCall } from './schema';
import { neededTools, WRITE_SYSTEMS } from './systems';

const CALL_MS = 60_000;
/** A worker that died in between is replaced after this. */
const LEASE = "interval '5 minutes'";
/** The first retry comes after this long, each further one after twice as long. */
const RETRY_S = 30;
const MAX_ATTEMPTS = 8;

/**
 * Makes the calls of the confirmed write-backs that are due, one after the other, each at least once. A retry begins behind the calls
 * that were made, and before a comment is written again, it is looked for: the answer to the first may be lost. What a system refuses is
 * failed at once, for a person to read; anything else is tried again for about an hour.
 */
export async function sendWriteBacks(signal: AbortSignal): Promise<{ sent: number; failed: number }> {
  const counts = { sent: 0, failed: 0 };
  while (!signal.aborted) {
    const [taken] = await db().$queryRawUnsafe<{ id: string }[]>(`
      UPDATE write_backs SET attempts = attempts + 1, next_attempt_at = now() + ${LEASE}
      WHERE id = (SELECT w.id FROM write_backs w JOIN connections c ON c.id = w.connection_id AND c.enabled AND c.write_back
        WHERE w.status = 'queued' AND w.next_attempt_at <= now() ORDER BY w.next_attempt_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
      RETURNING id`);
    if (!taken) break;
    if (await sendOne(taken.id)) counts.sent += 1;
    else counts.failed += 1;
  }
  return counts;
}

type Row = Prisma.WriteBackGetPayload<{ include: { connection: true; alert: true } }>;

async function sendOne(id: string): Promise<boolean> {
  const row = await db().writeBack.findUniqueOrThrow({ where: { id }, include: { connection: true, alert: true } });
  try {
    await makeCalls(row);
    await recordHealthy(row.connectionId);
    await finish(row, { status: 'sent', sentAt: new Date(), lastError: null }, {});
    return true;
  } catch (error) {
    const why = maskSecrets(error instanceof AppError ? error.userMessage : callFailure(error)).slice(0, 500);
    const isRefused = error instanceof ToolFailure || (error instanceof AppError && error.reason === 'unprocessable');
    if (!isRefused) await recordFailure(row.connectionId, `An outcome could not be written back: ${why}`);
    if (isRefused || row.attempts >= MAX_ATTEMPTS) {
      await finish(row, { status: 'failed', lastError: why }, { error: why });
    } else {
      const nextAttemptAt = new Date(Date.now() + RETRY_S * 1000 * 2 ** (row.attempts - 1));
      await db().writeBack.update({ where: { id }, data: { lastError: why, nextAttemptAt } });
    }
    return false;
  }
}

async function makeCalls(row: Row): Promise<void> {
  const system = WRITE_SYSTEMS[row.connection.system ?? ''];
  if (!system) throw new AppError('unprocessable', 'Socdown can’t write back to this system.');
  const calls = WriteCall.array().parse(row.calls);
  const ref = row.alert.sourceRef;
  await withTools(row.connection, neededTools(system), CALL_MS, async (call) => {
    for (const [index, { tool, args }] of calls.entries()) {
      if (index < row.callsDone) continue;
      const isRepeat = row.attempts > 1 && system.once.includes(tool);
      if (!isRepeat || !holds(await system.written(call, ref), args)) await call(tool, args);
      await db().writeBack.update({ where: { id: row.id }, data: { callsDone: index + 1 } });
    }
  });
}

/** Whether an answer holds the comment of these arguments. */
function holds(answer: unknown, args: Record<string, unknown>): boolean {
  const comment = args.comment ?? args.append_comment;
  return typeof comment === 'string' && JSON.stringify(answer).includes(JSON.stringify(comment).slice(1, -1));
}

/** Socdown's own act: the person's decision is in the log before it. */
async function finish(row: Row, data: Prisma.WriteBackUpdateInput, more: object): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.writeBack.update({ where: { id: row.id }, data });
    await audit(tx, {
      actorId: null,
      verb: data.status === 'sent' ? 'write_backs.sent' : 'write_backs.failed',
      subjectKind: 'investigation',
      subjectId: row.investigationId,
      data: { writeBack: row.id, alert: row.alertId, connection: row.connection.name, ...more },
    });
  });
}
