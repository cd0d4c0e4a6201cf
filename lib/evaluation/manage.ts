import fs from 'node:fs';
import path from 'node:path';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import { instructionsIn } from './coaching';
import { compareRuns } from './compare';
import { methodOf } from './method';
import {
  createRun,
  isCancelled,
  listRuns,
  readResults,
  readRun,
  requestCancel,
  runFolder,
  statusOf,
  withdrawCancel,
  writeRun,
} from './results';
import {
  type ComparisonView,
  type EvaluationDetail,
  type EvaluationItem,
  type EvaluationRun,
  StartEvaluation,
} from './schema';
import { SUITES } from './suites/names';
import { nothingToReplay } from './suites/replay';
import { summarize } from './summarize';
import { resultsCsv } from './tables';

/** Newest first. */
export function listEvaluations(actor: Actor): EvaluationItem[] {
  authorize(actor, 'evaluations.read');
  return listRuns().map(({ run, done }) => ({ ...run, status: statusOf(run), done }));
}

/** One with its tables and its cases as far as they are finished. @throws AppError not_found */
export function getEvaluation(actor: Actor, id: string): EvaluationDetail {
  authorize(actor, 'evaluations.read');
  const run = requireRun(id);
  const results = readResults(runFolder(id));
  return { ...run, status: statusOf(run), done: results.length, summary: summarize(results), results };
}

/** One line a case; recorded in the audit log. @throws AppError not_found */
export async function evaluationCsv(actor: Actor, id: string): Promise<string> {
  authorize(actor, 'evaluations.read');
  requireRun(id);
  await record(actor, 'evaluations.export', id, {});
  return resultsCsv(readResults(runFolder(id)));
}

/** What can be started: suites (the team's own cases first), how many of those there are, and the coaching that ships. */
export async function describeSuites(
  actor: Actor,
): Promise<{ suites: { name: string; about: string }[]; replayable: number; coaching: string }> {
  authorize(actor, 'evaluations.read');
  const text = fs.readFileSync(path.resolve('lib/evaluation/coaching/study.txt'), 'utf8');
  return {
    suites: [...SUITES].sort((a, b) => Number(b.name === 'replay') - Number(a.name === 'replay')),
    replayable: await countReplayable(),
    coaching: instructionsIn(text).join('\n'),
  };
}

/** Two case by case. @throws AppError not_found; unprocessable when they share no case */
export function compareEvaluations(actor: Actor, a: string, b: string): ComparisonView {
  authorize(actor, 'evaluations.read');
  const [first, second] = [a, b].map((id) => {
    const run = requireRun(id);
    const results = readResults(runFolder(id));
    return { item: { ...run, status: statusOf(run), done: results.length }, results };
  }) as [
    { item: EvaluationItem; results: EvaluationDetail['results'] },
    { item: EvaluationItem; results: EvaluationDetail['results'] },
  ]; // of two ids
  return { first: first.item, second: second.item, ...compareRuns(first.results, second.results) };
}

/** The report of a case. @throws AppError not_found */
export function readEvaluationReport(
  actor: Actor,
  id: string,
  caseId: string,
  repeat: number,
): { markdown: string; result: EvaluationDetail['results'][number] } {
  authorize(actor, 'evaluations.read');
  requireRun(id);
  const result = readResults(runFolder(id)).find((item) => item.id === caseId && item.repeat === repeat);
  if (!result?.report) throw notFound('report');
  // The name comes from run-case, which lets no separator in; a file that was put there by hand may not lead out either.
  const file = path.join(runFolder(id), 'reports', path.basename(result.report));
  if (!fs.existsSync(file)) throw notFound('report');
  return { markdown: fs.readFileSync(file, 'utf8'), result };
}

/**
 * Asks for an evaluation; a worker plans and runs it.
 * @throws AppError forbidden; bad_request for what doesn't fit; unprocessable when there is nothing to replay
 */
export async function startEvaluation(actor: Actor, input: StartEvaluation): Promise<EvaluationItem> {
  authorize(actor, 'evaluations.run');
  const startedBy = { id: personId(actor), name: actor.name };
  const settings = StartEvaluation.parse(input);
  if (settings.arm === 'alone' && settings.coaching.length > 0)
    throw new AppError('bad_request', 'The arm "alone" takes no coaching. Remove the coaching, or choose "socdown".');
  if (settings.suite === 'replay' && (await countReplayable()) === 0) throw nothingToReplay();
  const run = createRun(settings, startedBy, 0, { method: await methodOf(settings.method) });
  await record(actor, 'evaluations.start', run.id, { suite: settings.suite });
  return { ...run, status: statusOf(run), done: 0 };
}

/** Ends it after the case that it is at; finished cases stay. @throws AppError not_found; conflict when it has ended */
export async function cancelEvaluation(actor: Actor, id: string): Promise<EvaluationItem> {
  authorize(actor, 'evaluations.run');
  const run = requireRun(id);
  const status = statusOf(run);
  if (status !== 'queued' && status !== 'running')
    throw new AppError('evaluation_not_at_work', `This evaluation is ${status} already.`);
  requestCancel(runFolder(id));
  await record(actor, 'evaluations.cancel', id, {});
  return itemOf(run);
}

/** Has a worker go on with the cases that are left. @throws AppError not_found; conflict when it is finished or at work */
export async function continueEvaluation(actor: Actor, id: string): Promise<EvaluationItem> {
  authorize(actor, 'evaluations.run');
  const run = requireRun(id);
  const status = statusOf(run);
  if (status !== 'stopped' && status !== 'cancelled')
    throw new AppError(
      'evaluation_not_resumable',
      status === 'finished' ? 'This evaluation is finished.' : 'This evaluation is running.',
    );
  const startedBy = run.startedBy ?? { id: personId(actor), name: actor.name };
  writeRun(runFolder(id), { ...run, startedBy, stopped: null });
  withdrawCancel(runFolder(id));
  await record(actor, 'evaluations.resume', id, {});
  return itemOf(readRun(id));
}

/** The oldest that a person started and nobody is at. For the worker. */
export function nextEvaluation(): string | null {
  const queued = listRuns().filter(({ run }) => statusOf(run) === 'queued');
  return queued.at(-1)?.run.id ?? null;
}

/** For the worker: what ended it, when it was not cancelled. */
export function markStopped(id: string, reason: string): void {
  const folder = runFolder(id);
  if (!isCancelled(folder)) writeRun(folder, { ...readRun(id), stopped: reason });
}

function itemOf(run: EvaluationRun): EvaluationItem {
  return { ...run, status: statusOf(run), done: readResults(runFolder(run.id)).length };
}

/** An id from outside: whatever it looks like, an unknown one is not found. */
function requireRun(id: string): EvaluationRun {
  try {
    return readRun(id);
  } catch (error) {
    throw error instanceof AppError ? notFound('evaluation') : error;
  }
}

const record = (actor: Actor, verb: string, subjectId: string, data: object) =>
  audit(db(), { actorId: actor.id, verb, subjectKind: 'evaluation', subjectId, data });

/** Approved cases whose verdict a person has set. */
export const countReplayable = (): Promise<number> =>
  db().investigation.count({ where: { status: 'approved', assessment: 'set', classification: { not: null } } });
