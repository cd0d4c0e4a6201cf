import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { lineCount } from '../text/line-diff';
import { readBase } from './get-review';
import { AddComment, type CommentView, type ResolveThread } from './schema';
import { toComment } from './threads';

/**
 * Adds a comment: a new thread on lines of the frozen text (side new), of the approved text before it (side old) or on the
 * whole; or an answer in a thread. A pending one is its author's only until the review is sent.
 * @throws AppError not_found; bad_request for lines that aren't there; conflict when a newer text has replaced this review.
 */
export async function addComment(
  actor: Actor,
  reviewId: string,
  input: z.input<typeof AddComment>,
): Promise<CommentView> {
  authorize(actor, 'reviews.comment');
  const author = personId(actor);
  const { body, line, lineEnd, side, parent, pending } = AddComment.parse(input);
  const review = await requireCurrent(reviewId);
  if (parent !== null) await requireThread(db(), parent, review.investigationId, author);
  else if (line !== null) {
    const text = side === 'new' ? review.revision.markdown : (await readBase(db(), review.revision))?.markdown;
    const lines = lineCount(text ?? '');
    const last = lineEnd ?? line;
    if (last < line) throw new AppError('invalid_line_range', `Lines ${line} to ${last} are the wrong way round.`);
    if (last > lines) {
      const which = side === 'new' ? 'the submitted text' : 'the approved text before it';
      throw new AppError('invalid_line_range', `There is no line ${last}: ${which} has ${lines}.`);
    }
  } else if (lineEnd !== null) throw new AppError('invalid_line_range', 'Give the first line as well as the last.');
  const comment = await db().$transaction(async (tx) => {
    const place = parent === null ? { line, lineEnd: lineEnd === line ? null : lineEnd, side } : { parentId: parent };
    const row = await tx.reviewComment.create({
      data: { id: uuid(), reviewId, authorId: author, body, pending, ...place },
      include: { author: true },
    });
    if (!pending) await auditReview(tx, author, review, 'reviews.comment', { comment: row.id });
    return row;
  });
  return toComment(comment);
}

/** Takes back a comment that was not sent yet. @throws AppError not_found for any other. */
export async function discardComment(actor: Actor, reviewId: string, commentId: string): Promise<void> {
  authorize(actor, 'reviews.comment');
  const authorId = personId(actor);
  const { count } = [reviewId, commentId].every(isUuid)
    ? await db().reviewComment.deleteMany({ where: { id: commentId, reviewId, authorId, pending: true } })
    : { count: 0 };
  if (count === 0) throw new AppError('not_found', 'You have no unsent comment like this.');
}

/** Sends the pending comments of a person, without a decision. Answers how many. */
export async function sendComments(actor: Actor, reviewId: string): Promise<{ sent: number }> {
  authorize(actor, 'reviews.comment');
  const author = personId(actor);
  const review = await requireCurrent(reviewId);
  return { sent: await db().$transaction((tx) => sendPending(tx, author, review)) };
}

/** Part of the transaction that decides. */
export async function sendPending(
  tx: Tx,
  authorId: string,
  review: { id: string; investigationId: string },
): Promise<number> {
  const rows = await tx.reviewComment.findMany({
    where: { authorId, pending: true, review: { investigationId: review.investigationId } },
    select: { id: true },
  });
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await tx.reviewComment.updateMany({ where: { id: { in: ids } }, data: { pending: false, createdAt: new Date() } });
  await auditReview(tx, authorId, review, 'reviews.comment', { comments: ids });
  return ids.length;
}

/** Resolves a thread, or reopens it. @throws AppError not_found */
export async function resolveThread(
  actor: Actor,
  reviewId: string,
  threadId: string,
  { resolved }: z.infer<typeof ResolveThread>,
): Promise<void> {
  authorize(actor, 'reviews.comment');
  const person = personId(actor);
  const review = await requireReviewRow(reviewId);
  await db().$transaction(async (tx) => {
    await requireThread(tx, threadId, review.investigationId, person);
    await tx.reviewComment.update({
      where: { id: threadId },
      data: { resolvedAt: resolved ? new Date() : null, resolvedById: resolved ? person : null },
    });
    await auditReview(tx, person, review, resolved ? 'reviews.resolve' : 'reviews.unresolve', { comment: threadId });
  });
}

/** The first comment of a thread of an investigation that the person may see. @throws AppError bad_request */
export async function requireThread(tx: Tx, id: string, investigationId: string, reader: string) {
  const root = isUuid(id)
    ? await tx.reviewComment.findFirst({
        where: { id, parentId: null, review: { investigationId }, OR: [{ pending: false }, { authorId: reader }] },
        include: { author: true, review: { include: { revision: true } } },
      })
    : null;
  if (!root) throw new AppError('not_found', 'There is no such thread in this investigation’s reviews.');
  return root;
}

/** A review with its revision, whatever its status. @throws AppError not_found */
export async function requireReviewRow(id: string) {
  const review = isUuid(id) ? await db().review.findUnique({ where: { id }, include: { revision: true } }) : null;
  if (!review) throw notFound('review');
  return review;
}

async function requireCurrent(id: string) {
  const review = await requireReviewRow(id);
  if (review.status === 'superseded') {
    throw new AppError('review_superseded', 'A newer text was submitted. Comment on that one.');
  }
  return review;
}

/** Records an act on a review in the transaction that makes it. */
export async function auditReview(
  tx: Tx,
  actorId: string,
  review: { id: string; investigationId: string },
  verb: string,
  data: Record<string, string | string[]>,
): Promise<void> {
  await audit(tx, {
    actorId,
    verb,
    subjectKind: 'investigation',
    subjectId: review.investigationId,
    data: { review: review.id, ...data },
  });
}
