import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { LIVE } from '../investigations/live-runs';
import { enqueueRun } from '../jobs/queue';
import type { RunView } from './events';
import { getRun } from './read-run';
import { refuseSecondRun } from './start-run';

/**
 * Lets a run that failed or was stopped go on from where it was: its turns, records and text are kept, nothing is asked
 * or called again, and its limits count again. Changes that it had offered and nobody has decided on are taken back: they
 * come again with the rest. A run that is suspended because the model or a tool server is away tries again at once.
 * @throws AppError not_found; conflict: it is at work or succeeded, another run is, it never began, or people have decided
 *   on its changes (then a new run is the way).
 */
export async function resumeRun(actor: Actor, runId: string): Promise<RunView> {
  authorize(actor, 'runs.start');
  const known = isUuid(runId) ? await db().run.findUnique({ where: { id: runId } }) : null;
  if (!known) throw notFound('run');
  const { investigationId } = known;
  await db().$transaction(async (tx) => {
    if (await wakeSuspended(tx, runId)) return enqueueAgain(tx);
    await refuseSecondRun(tx, investigationId);
    const run = await tx.run.findUniqueOrThrow({ where: { id: runId }, include: { progress: true } });
    if (LIVE.includes(run.status) || run.status === 'succeeded')
      throw new AppError('run_not_resumable', 'Only a run that failed or was stopped can be resumed.');
    if (!run.progress) throw new AppError('run_not_resumable', 'This run never started. Start a new one.');
    const offered = await tx.proposal.findMany({ where: { runId } });
    if (offered.some(({ status, hunks }) => status !== 'open' || isDecided(hunks)))
      throw new AppError('proposal_decided', 'Its changes are already decided. Start a new run.');
    await tx.proposal.deleteMany({ where: { runId } });
    // A refused answer would be read as the end again.
    await tx.$executeRaw`DELETE FROM run_turns WHERE run_id = ${runId}::uuid AND answer->>'stop' = 'refusal'`;
    const last = await tx.runTurn.aggregate({ where: { runId, thread: '' }, _max: { turn: true } });
    await tx.runProgress.update({
      where: { runId },
      data: { elapsedMs: 0, suspensions: 0, turnBase: last._max.turn ?? 0 },
    });
    await tx.run.update({
      where: { id: runId },
      data: {
        status: 'queued',
        error: null,
        finishedAt: null,
        cancelRequested: false,
        attempts: 0,
        claimedAtStep: null,
        deathsAtStep: 0,
      },
    });
    // A reader takes run.finished for the end of the stream: what was the end is now a stage.
    await tx.$executeRaw`UPDATE run_events SET type = 'stage',
        data = jsonb_build_object('type', 'stage', 'text', 'It had ended: ' || coalesce(data->>'message', data->>'status'))
      WHERE run_id = ${runId}::uuid AND type = 'run.finished'`;
    await enqueueAgain(tx);
  });
  return getRun(actor, runId);

  async function enqueueAgain(tx: Tx): Promise<void> {
    await audit(tx, {
      actorId: actor.id,
      verb: 'runs.resume',
      subjectKind: 'run',
      subjectId: runId,
      data: { investigationId },
    });
    await enqueueRun(tx, runId);
  }
}

/** Whether it was suspended. Those who wait for a person stay: a decision is their way on. */
async function wakeSuspended(tx: Tx, runId: string): Promise<boolean> {
  const woken = await tx.$executeRaw`UPDATE runs SET status = 'queued', error = NULL, lease_until = now()
    WHERE id = ${runId}::uuid AND status = 'waiting' AND error IS NOT NULL AND lease_owner IS NULL`;
  if (woken === 0) return false;
  // Who looks after it by hand is not to use up the tries that it has of its own.
  await tx.runProgress.updateMany({ where: { runId }, data: { suspensions: 0 } });
  return true;
}

function isDecided(hunks: unknown): boolean {
  return Array.isArray(hunks) && hunks.some((hunk) => hunk?.status !== 'open');
}
