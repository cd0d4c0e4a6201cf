import { pool } from '../db/client';
import { errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { markStopped, nextEvaluation } from './manage';
import { isCancelled, runFolder } from './results';
import { resumeEvaluation } from './run';

const LOOK_MS = 1_000;
/** One evaluation at a time on all workers: each is a process with a database of its own. */
const EVALUATIONS_LOCK = 7_220_131;

/**
 * Runs the next evaluation that waits, to its end or until it is cancelled. Aborted (the worker stops), it stays queued and is
 * gone on with by the next worker.
 */
export async function workOnEvaluations(stopping: AbortSignal): Promise<void> {
  if (nextEvaluation() === null) return;
  const client = await pool().connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      EVALUATIONS_LOCK,
    ]);
    if (!rows[0]?.mine) return;
    const id = nextEvaluation();
    if (id !== null && !stopping.aborted) await workOn(id, stopping);
    await client.query('SELECT pg_advisory_unlock($1)', [EVALUATIONS_LOCK]);
  } finally {
    client.release();
  }
}

async function workOn(id: string, stopping: AbortSignal): Promise<void> {
  const cancelled = new AbortController();
  const timer = setInterval(() => isCancelled(runFolder(id)) && cancelled.abort(), LOOK_MS);
  try {
    await resumeEvaluation(id, { signal: AbortSignal.any([stopping, cancelled.signal]) });
  } catch (error) {
    if (stopping.aborted || cancelled.signal.aborted) return;
    log.warn({ err: error, evaluation: id }, 'evaluation stopped');
    markStopped(id, errorMessage(error));
  } finally {
    clearInterval(timer);
  }
}
