import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { FACT_CHECK, LIVE } from '../investigations/live-runs';
import { refuseMerged } from '../investigations/record-edit';
import { requireId } from '../investigations/require-id';
import { enqueueRun, FACT_CHECKS } from '../jobs/queue';
import { log } from '../log/log';
import { cancelRun } from './cancel-run';
import type { ClaimedRun } from './lease';
import { factChecker, type OfferedModel } from './model/choose-model';
import { modelSettings } from './model/model-settings';

/** The run that reads, and whether it was at work before. */
export const StartedFactCheck = z.object({ id: z.string(), isNew: z.boolean() });
type StartedFactCheck = z.infer<typeof StartedFactCheck>;

/**
 * Has a model read the draft's statements that none has read, against their evidence (lib/agent/fact-check-run). While one reads,
 * that one is answered.
 * @throws AppError not_found; no_language_model; wrong_investigation_status for a merged case
 */
export async function startFactCheck(actor: Actor, investigationId: string): Promise<StartedFactCheck> {
  authorize(actor, 'runs.start');
  const requestedById = personId(actor);
  requireId(investigationId, 'investigation');
  const model = await factChecker();
  if (!model)
    throw new AppError(
      'no_language_model',
      'A fact check needs a language model. An admin connects one under Settings > Model.',
    );
  return db().$transaction((tx) => insertFactCheck(tx, { investigationId, requestedById, actorId: actor.id, model }));
}

/** Stops the fact check that is at work; without one nothing changes. What it has read is kept. @throws AppError not_found */
export async function stopFactCheck(actor: Actor, investigationId: string): Promise<void> {
  authorize(actor, 'runs.cancel');
  requireId(investigationId, 'investigation');
  const found = await db().investigation.findUnique({
    where: { id: investigationId },
    select: { runs: liveFactCheck },
  });
  if (!found) throw new AppError('not_found', 'The investigation does not exist.');
  const [run] = found.runs;
  if (run) await cancelRun(actor, run.id);
}

/** Where the settings ask for it: reads the report that a run has written. For the worker; the run has ended, so it never throws. */
export async function factCheckAfter(run: Pick<ClaimedRun, 'investigationId' | 'requestedById'>): Promise<void> {
  try {
    const model = (await modelSettings()).factCheck.afterRuns ? await factChecker() : null;
    if (model) await db().$transaction((tx) => insertFactCheck(tx, { ...run, actorId: null, model }));
  } catch (error) {
    log.warn({ err: error, investigationId: run.investigationId }, 'the fact check after a run was not started');
  }
}

const liveFactCheck = { where: { kind: FACT_CHECK, status: { in: LIVE } }, select: { id: true }, take: 1 };

type NewFactCheck = { investigationId: string; requestedById: string; actorId: string | null; model: OfferedModel };

async function insertFactCheck(
  tx: Tx,
  { investigationId, requestedById, actorId, model }: NewFactCheck,
): Promise<StartedFactCheck> {
  await refuseMerged(tx, investigationId); // holds the case: two starts at the same moment see each other
  const running = await tx.run.findFirst({ where: { investigationId, ...liveFactCheck.where } });
  if (running) return { id: running.id, isNew: false };
  const id = uuid();
  const what = { investigationId, kind: FACT_CHECK };
  await tx.run.create({
    data: { ...what, id, requestedById, model: model.id, modelLabel: model.label, modelChosen: true },
  });
  await audit(tx, { actorId, verb: 'runs.start', subjectKind: 'run', subjectId: id, data: what });
  await enqueueRun(tx, id, FACT_CHECKS);
  return { id, isNew: true };
}
