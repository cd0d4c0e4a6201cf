import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { readChange } from '../method/read-method';
import { compareRuns } from './compare';
import { countReplayable } from './manage';
import { ownMethod, withChange } from './method';
import { createRun, listRuns, readResults, runFolder, statusOf } from './results';
import {
  ComparisonView,
  EvaluationItem,
  type EvaluationRun,
  type EvaluationSettings,
  StartEvaluation,
  SUITE_NAMES,
} from './schema';
import { nothingToReplay } from './suites/replay';

/** Which cases both methods investigate. */
export const EvaluateChange = z.strictObject({
  suite: z.enum(SUITE_NAMES).default('replay'),
  limit: z.number('Enter a number of cases.').int().min(1, 'At least 1 case.').max(400).default(10),
});

/** The newest evaluation of a change: the same cases with the method as it was and as it would be. */
export const ChangeEvaluation = z.object({
  before: EvaluationItem,
  after: EvaluationItem,
  /** Of the cases that both have by now; null before the first. */
  comparison: ComparisonView.omit({ first: true, second: true }).nullable(),
});
export type ChangeEvaluation = z.infer<typeof ChangeEvaluation>;

/**
 * Evaluates a proposed change: two evaluations of the same cases, with the method's files as they hold now and with the change.
 * @throws AppError not_found; method_change_decided; method_change_invalid; evaluation_at_work while one of this change is;
 *   unprocessable when there is nothing to replay
 */
export async function evaluateChange(
  actor: Actor,
  changeId: string,
  input: z.input<typeof EvaluateChange>,
): Promise<ChangeEvaluation> {
  authorize(actor, 'evaluations.run');
  const startedBy = { id: personId(actor), name: actor.name };
  const { suite, limit } = EvaluateChange.parse(input);
  const change = await readChange(actor, changeId);
  const { id, status, problems } = change;
  if (status !== 'open') throw new AppError('method_change_decided', 'This change was decided or withdrawn before.');
  if (problems.length > 0)
    throw new AppError('method_change_invalid', `The new text can’t be used: ${problems[0]}`, { data: { problems } });
  const present = newest(id);
  if (present && [present.before, present.after].some((run) => ['queued', 'running'].includes(statusOf(run))))
    throw new AppError('evaluation_at_work', 'This change is being evaluated. Wait for the result, or cancel it.');
  if (suite === 'replay' && (await countReplayable()) === 0) throw nothingToReplay();
  const settings: EvaluationSettings = StartEvaluation.parse({ suite, limit });
  const own = await ownMethod();
  const before = createRun(settings, startedBy, 0, { method: own, change: { id, side: 'before' } });
  const after = createRun({ ...settings, method: id }, startedBy, 0, {
    method: withChange(own, change),
    change: { id, side: 'after' },
  });
  const data = { change: id, suite, before: before.id, after: after.id };
  await audit(db(), { actorId: actor.id, verb: 'evaluations.start', subjectKind: 'method', subjectId: id, data });
  return viewOf(before, after);
}

/** null: it was never evaluated. @throws AppError not_found for a change that does not exist */
export async function readChangeEvaluation(actor: Actor, changeId: string): Promise<ChangeEvaluation | null> {
  authorize(actor, 'method.read');
  const { id } = await readChange(actor, changeId);
  const found = newest(id);
  return found && viewOf(found.before, found.after);
}

function newest(changeId: string): { before: EvaluationRun; after: EvaluationRun } | null {
  const runs = listRuns().flatMap(({ run }) => (run.change?.id === changeId ? [run] : []));
  const side = (wanted: 'before' | 'after') => runs.find(({ change }) => change?.side === wanted);
  const [before, after] = [side('before'), side('after')];
  return before && after ? { before, after } : null;
}

function viewOf(before: EvaluationRun, after: EvaluationRun): ChangeEvaluation {
  const [first, second] = [before, after].map(({ id }) => readResults(runFolder(id)));
  const ids = new Set((first ?? []).map(({ id }) => id));
  const item = (run: EvaluationRun, done = 0): EvaluationItem => ({ ...run, status: statusOf(run), done });
  return {
    before: item(before, first?.length),
    after: item(after, second?.length),
    comparison: first && second?.some(({ id }) => ids.has(id)) ? compareRuns(first, second) : null,
  };
}
