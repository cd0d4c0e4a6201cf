import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import type { RunView } from './events';
import { finishRun } from './lease';
import { getRun } from './read-run';

/**
 * Stops a run: one that is queued or waiting at once; a running one within a second, wherever its worker is (it looks
 * at its row). Stopping a run that has ended changes nothing.
 * @throws AppError not_found
 */
export async function cancelRun(actor: Actor, runId: string): Promise<RunView> {
  authorize(actor, 'runs.cancel');
  const run = isUuid(runId) ? await db().run.findUnique({ where: { id: runId } }) : null;
  if (!run) throw notFound('run');
  if (!run.finishedAt) {
    await db().$transaction([
      db().run.updateMany({ where: { id: runId, finishedAt: null }, data: { cancelRequested: true } }),
      audit(db(), { actorId: actor.id, verb: 'runs.cancel', subjectKind: 'run', subjectId: runId }),
    ]);
    // Without a worker there is nobody to notice: it ends here. With one, this changes nothing.
    await finishRun(runId, null, { status: 'cancelled', message: 'Stopped by a person. What was written is kept.' });
  }
  return getRun(actor, runId);
}
