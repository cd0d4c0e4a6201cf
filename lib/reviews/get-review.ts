import { AlertStatus, severityOf } from '../alerts/schema';
import { type Actor, authorize, KEY_DECIDES_NOT, keyMayDecide } from '../auth/guard';
import { can } from '../auth/permissions';
import { type Db, db } from '../db/client';
import { writersOf } from '../drafts/writers';
import { readItem } from './list-reviews';
import { readSeenRevision } from './mark-seen';
import { readOverrides } from './override-errors';
import { approvalsNeeded } from './policy';
import { type ReviewDetail, ReviewStatus } from './schema';
import { readThreads } from './threads';

const MAX_REVISIONS = 50;

/**
 * A review with the frozen text, the approved text it is compared with, its threads, and what the asking person may do.
 * @throws AppError not_found
 */
export async function getReview(actor: Actor, id: string): Promise<ReviewDetail> {
  authorize(actor, 'reviews.read');
  const item = await readItem(id);
  const investigationId = item.investigation.id;
  const revision = await db().revision.findUniqueOrThrow({ where: { id: item.revision.id } });
  const base = await readBase(db(), revision);
  const row = await db().review.findUniqueOrThrow({
    where: { id },
    select: {
      overrideReason: true,
      overrides: true,
      approvals: { include: { user: true }, orderBy: { at: 'asc' } },
      requests: { include: { user: true }, orderBy: { at: 'asc' } },
    },
  });
  const writers = await writersOf(db(), revision);
  const names = await db().user.findMany({ where: { id: { in: [...writers] } }, select: { id: true, name: true } });
  const approved = row.approvals.some(({ userId }) => userId === actor.id);
  const reason = approved && item.status === 'open' ? YOU_APPROVED : whyNot(actor, item.status, writers);
  return {
    ...item,
    markdown: revision.markdown,
    baseMarkdown: base?.markdown ?? '',
    baseRevision: base ? { id: base.id, number: base.number } : null,
    seenRevision: await readSeenRevision(actor, revision),
    threads: await readThreads(db(), { id, revision, base }, actor.id),
    decision: { allowed: reason === null, reason },
    approvals: {
      needed: await approvalsNeeded(db(), revision.markdown),
      given: row.approvals.map(({ user, at, carriedFrom }) => ({
        by: { id: user.id, name: user.name },
        at: at.toISOString(),
        carriedFrom,
      })),
    },
    requested: row.requests.map(({ user }) => ({ id: user.id, name: user.name })),
    writers: names,
    overrideReason: row.overrideReason,
    overrides: readOverrides(row.overrides),
    revisions: await readRevisions(investigationId),
    openTasks: await db().task.count({ where: { investigationId, state: 'open' } }),
    openAlerts: await readOpenAlerts(investigationId),
  };
}

/** What was submitted of an investigation, newest first. */
async function readRevisions(investigationId: string): Promise<ReviewDetail['revisions']> {
  const reviews = await db().review.findMany({
    where: { investigationId },
    select: { status: true, submittedAt: true, id: true, revision: { select: { id: true, number: true } } },
    orderBy: { submittedAt: 'desc' },
    take: MAX_REVISIONS,
  });
  return reviews.map((review) => ({
    review: review.id,
    ...review.revision,
    status: ReviewStatus.parse(review.status),
    submittedAt: review.submittedAt.toISOString(),
  }));
}

/** The alerts that approving could close. */
async function readOpenAlerts(investigationId: string): Promise<ReviewDetail['openAlerts']> {
  const links = await db().investigationAlert.findMany({
    where: { investigationId, alert: { status: { not: 'closed' } } },
    include: { alert: { select: { id: true, title: true, severity: true, status: true } } },
    orderBy: { alertId: 'asc' },
  });
  return links.map(({ alert }) => ({
    id: alert.id,
    title: alert.title,
    severity: severityOf(alert.severity),
    status: AlertStatus.parse(alert.status),
  }));
}

/** The approved text before a revision. */
export function readBase(client: Pick<Db, 'revision'>, revision: { investigationId: string; number: number }) {
  return client.revision.findFirst({
    where: { investigationId: revision.investigationId, number: { lt: revision.number }, approvedAt: { not: null } },
    orderBy: { number: 'desc' },
  });
}

/** Why this person can't decide this review now, for people to read; null when they can. decideReview checks the same again. */
function whyNot(actor: Actor, status: string, writers: Set<string>): string | null {
  if (status === 'superseded') return 'A newer revision was submitted. Review that one instead.';
  if (status !== 'open') return 'This review is already decided.';
  if (!can(actor.role, 'reviews.decide'))
    return `Your role (${actor.role}) can comment but not decide. Ask a reviewer.`;
  if (!keyMayDecide(actor)) return KEY_DECIDES_NOT;
  if (actor.id === null || writers.has(actor.id)) return OWN_TEXT;
  return null;
}

export const OWN_TEXT = 'You edited this report, so someone else must review it.';
export const YOU_APPROVED = 'You approved this revision. It needs another person’s approval.';
