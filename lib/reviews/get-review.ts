import { AlertStatus, severityOf } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { can } from '../auth/permissions';
import { type Db, db } from '../db/client';
import { readItem } from './list-reviews';
import type { CommentView, ReviewDetail } from './schema';
import { writersOf } from './writers';

const MAX_COMMENTS = 1000;

/**
 * A review with the frozen text, the approved text it is compared with, the comments, and what the asking person may do.
 * @throws AppError not_found
 */
export async function getReview(actor: Actor, id: string): Promise<ReviewDetail> {
  authorize(actor, 'reviews.read');
  const item = await readItem(id);
  const revision = await db().revision.findUniqueOrThrow({ where: { id: item.revision.id } });
  const base = await readBase(db(), revision);
  const comments = await db().reviewComment.findMany({
    where: { reviewId: id },
    include: { author: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: MAX_COMMENTS,
  });
  const links = await db().investigationAlert.findMany({
    where: { investigationId: item.investigation.id, alert: { status: { not: 'closed' } } },
    include: { alert: { select: { id: true, title: true, severity: true, status: true } } },
    orderBy: { alertId: 'asc' },
  });
  const reason = await whyNot(actor, item.status, await writersOf(db(), revision));
  return {
    ...item,
    markdown: revision.markdown,
    baseMarkdown: base?.markdown ?? '',
    baseRevision: base ? { id: base.id, number: base.number } : null,
    thread: comments.map(toComment),
    decision: { allowed: reason === null, reason },
    openAlerts: links.map(({ alert }) => ({
      id: alert.id,
      title: alert.title,
      severity: severityOf(alert.severity),
      status: AlertStatus.parse(alert.status),
    })),
  };
}

/** The approved text before a revision. */
export function readBase(client: Pick<Db, 'revision'>, revision: { investigationId: string; number: number }) {
  return client.revision.findFirst({
    where: { investigationId: revision.investigationId, number: { lt: revision.number }, approvedAt: { not: null } },
    orderBy: { number: 'desc' },
  });
}

type CommentRow = {
  id: string;
  author: { id: string; name: string };
  line: number | null;
  side: string;
  body: string;
  createdAt: Date;
};

export function toComment(row: CommentRow): CommentView {
  return {
    id: row.id,
    author: { id: row.author.id, name: row.author.name },
    line: row.line,
    side: row.side === 'old' ? 'old' : 'new',
    body: row.body,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Why this person can't decide this review now, for people to read; null when they can. decideReview checks the same again. */
async function whyNot(actor: Actor, status: string, writers: Set<string>): Promise<string | null> {
  if (status === 'superseded') return 'A newer text was submitted; that one is to be reviewed.';
  if (status !== 'open') return 'This review is decided.';
  if (!can(actor.role, 'reviews.decide')) return `Your role (${actor.role}) may comment, not decide. Ask a reviewer.`;
  if (actor.id === null || writers.has(actor.id)) return OWN_TEXT;
  return null;
}

export const OWN_TEXT = 'You wrote in this text, so somebody else must decide.';
