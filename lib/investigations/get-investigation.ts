import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import { caseAlerts } from './case-alerts';
import { earlierReviewers } from './earlier-reviewers';
import { itemsOf } from './items';
import { FACT_CHECK } from './live-runs';
import { readMerges } from './read-merges';
import { requireId } from './require-id';
import type { InvestigationDetail } from './schema';

/** An investigation with its alerts, its newest run, its open review and its last approved revision. */
export async function getInvestigation(actor: Actor, id: string): Promise<InvestigationDetail> {
  authorize(actor, 'investigations.read');
  const [item] = await itemsOf([requireId(id, 'investigation')], { allEntities: true });
  if (!item) throw notFound('investigation');
  const [alerts, run, review, sentBack, approved, merges, openTasks, reviewers] = await Promise.all([
    caseAlerts(db(), {
      id,
      codename: item.codename,
      status: item.status,
      classification: item.classification,
      assessment: item.assessment,
      owner: item.openedBy.name,
    }),
    db().run.findFirst({ where: { investigationId: id, kind: { not: FACT_CHECK } }, orderBy: { createdAt: 'desc' } }),
    db().review.findFirst({ where: { investigationId: id, status: 'open' } }),
    item.status === 'changes_requested'
      ? db().review.findFirst({
          where: { investigationId: id, status: 'changes_requested' },
          orderBy: { submittedAt: 'desc' },
          select: { id: true },
        })
      : null,
    db().revision.findFirst({
      where: { investigationId: id, approvedAt: { not: null } },
      orderBy: { number: 'desc' },
      omit: { markdown: true },
    }),
    readMerges(db(), id),
    db().task.count({ where: { investigationId: id, state: 'open' } }),
    earlierReviewers(db(), id),
  ]);
  return {
    ...item,
    alerts,
    run: run && { id: run.id, status: run.status, kind: run.kind, model: run.model },
    review: review && { id: review.id, status: review.status, revision: review.revisionId },
    sentBack,
    approved: approved?.approvedAt
      ? {
          revision: approved.id,
          number: approved.number,
          commit: approved.commitOid,
          approvedAt: approved.approvedAt.toISOString(),
        }
      : null,
    openTasks,
    reviewers,
    merges,
    links: { self: `/api/investigations/${id}`, editor: `/investigations/${id}`, library: `/library/${id}` },
  };
}
