import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { indexInvestigation } from '../investigations/index-investigation';
import { requireId } from '../investigations/require-id';
import { type CaseName, MergeCases, type MergedCases, type MergePreview } from '../investigations/schema';
import { lockCases } from './lock-cases';
import { type MergePlan, planMerge } from './plan-merge';
import { SLOW_TRANSACTION, writeVersion } from './write-version';

/**
 * Puts one case into another: its alerts are moved, its evidence is copied under new numbers, its text joins the other's with its
 * citations rewritten. The emptied case keeps its own text, evidence, runs and reviews, to be read; its status is `merged`.
 * @throws AppError not_found; bad_request for one and the same case; conflict while a run works on either, or when the case to be
 *   emptied has an approved report or either was merged before; draft_changed when a text is not the one that was previewed
 */
export async function mergeCases(
  actor: Actor,
  intoId: string,
  input: z.input<typeof MergeCases>,
): Promise<MergedCases> {
  authorize(actor, 'investigations.attach');
  const userId = personId(actor);
  const { from: fromId, versions } = MergeCases.parse(input);
  requireId(intoId, 'investigation');
  return db().$transaction(async (tx) => {
    await lockCases(tx, [intoId, fromId]);
    const plan = await planMerge(tx, intoId, fromId);
    const { into, from, evidence } = plan.preview;
    if (versions && (versions.into !== into.version || versions.from !== from.version)) {
      throw new AppError('draft_changed', 'One of the two texts has changed in the meantime. Check the new preview.');
    }
    await carryOut(tx, userId, plan);
    return { into: nameOf(into), from: nameOf(from), alerts: plan.preview.alerts, evidence: evidence.count };
  }, SLOW_TRANSACTION);
}

const nameOf = ({ id, codename, title }: CaseName): CaseName => ({ id, codename, title });

async function carryOut(tx: Tx, userId: string, plan: MergePlan): Promise<void> {
  const { into, from, evidence, after } = plan.preview;
  await moveAlerts(tx, { from: from.id, into: into.id, alertIds: plan.alertIds });
  await tx.$executeRaw`
    UPDATE investigations SET severity = greatest(severity, (SELECT severity FROM investigations WHERE id = ${from.id}::uuid))
    WHERE id = ${into.id}::uuid`;
  await copyEvidence(tx, plan.preview);
  if (plan.reviewId) await tx.review.update({ where: { id: plan.reviewId }, data: { status: 'superseded' } });
  await tx.investigation.update({ where: { id: from.id }, data: { status: 'merged', updatedAt: new Date() } });
  const version = await writeVersion(tx, into.id, into.version, after, { kind: 'human', userId });
  await indexInvestigation(tx, from.id);
  const taskIds = await moveTasks(tx, { from: from.id, into: into.id });
  await tx.caseMerge.create({
    data: {
      id: uuid(),
      fromId: from.id,
      intoId: into.id,
      actorId: userId,
      fromStatus: from.status,
      intoStatus: into.status,
      intoSeverity: plan.intoSeverity,
      intoTouched: plan.intoTouched,
      intoVersion: version,
      alertIds: plan.alertIds,
      sharedIds: plan.sharedIds,
      taskIds,
      evidenceOffset: evidence.offset,
      evidenceCount: evidence.count,
      reviewId: plan.reviewId,
    },
  });
  await audit(tx, mergeLines('investigations.merge', userId, plan.preview, plan.alertIds));
}

/** The audit rows of a merge, or of its undoing: for both cases and each alert. */
export function mergeLines(
  verb: 'investigations.merge' | 'investigations.undo_merge',
  actorId: string,
  { into, from }: Pick<MergePreview, 'into' | 'from'> | { into: CaseName; from: CaseName },
  alertIds: string[],
) {
  const line = { actorId, verb };
  const data = { into: into.codename, from: from.codename };
  const now = verb === 'investigations.merge' ? into : from;
  return [
    { ...line, subjectKind: 'investigation', subjectId: into.id, data: { ...data, alertIds } },
    { ...line, subjectKind: 'investigation', subjectId: from.id, data: { ...data, alertIds } },
    ...alertIds.map((subjectId) => ({
      ...line,
      subjectKind: 'alert',
      subjectId,
      data: { ...data, investigationId: now.id, codename: now.codename },
    })),
  ];
}

/** Alerts of one case become another's, which may have some already; `staying` are the one's too. */
export async function moveAlerts(
  tx: Tx,
  { from, into, alertIds, staying = [] }: { from: string; into: string; alertIds: string[]; staying?: string[] },
): Promise<void> {
  await tx.investigationAlert.createMany({
    data: alertIds.map((alertId) => ({ investigationId: into, alertId })),
    skipDuplicates: true,
  });
  const leaving = alertIds.filter((id) => !staying.includes(id));
  await tx.investigationAlert.deleteMany({ where: { investigationId: from, alertId: { in: leaving } } });
}

/** Tasks go where the work continues; one of the same words as a task that is there stays. @returns which were moved */
async function moveTasks(tx: Tx, { from, into }: { from: string; into: string }): Promise<string[]> {
  const moved = await tx.$queryRaw<{ id: string }[]>`
    UPDATE tasks t SET investigation_id = ${into}::uuid WHERE investigation_id = ${from}::uuid
      AND NOT EXISTS (SELECT FROM tasks o WHERE o.investigation_id = ${into}::uuid AND o.text = t.text) RETURNING id`;
  return moved.map(({ id }) => id);
}

/** The records stay with their case and their run; the other case has them too, under numbers of its own. */
async function copyEvidence(tx: Tx, { into, from, evidence }: MergePreview): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO evidence (id, investigation_id, run_id, number, call_id, server, tool, args, question, args_hash, time_from, time_to,
      started_at, duration_ms, status, error, rows, bytes, truncated, sha256, result)
    SELECT gen_random_uuid(), ${into.id}::uuid, run_id, number + ${evidence.offset}::int, ${into.id} || ':' || call_id, server, tool, args, question,
      args_hash, time_from, time_to, started_at, duration_ms, status, error, rows, bytes, truncated, sha256, result
    FROM evidence WHERE investigation_id = ${from.id}::uuid`;
}
