import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { isUuid } from '../evidence/is-uuid';
import { lineCount } from './diff';
import { readBase, toComment } from './get-review';
import { AddComment, type CommentView } from './schema';

/**
 * Adds a comment to a line of the frozen text (side new), of the approved text before it (side old), or to the whole.
 * @throws AppError not_found; bad_request for a line that isn't there; conflict when a newer text has replaced this review.
 */
export async function addComment(
  actor: Actor,
  reviewId: string,
  input: z.input<typeof AddComment>,
): Promise<CommentView> {
  authorize(actor, 'reviews.comment');
  const author = personId(actor);
  const { body, line, side } = AddComment.parse(input);
  const review = isUuid(reviewId)
    ? await db().review.findUnique({ where: { id: reviewId }, include: { revision: true } })
    : null;
  if (!review) throw new AppError('not_found', 'There is no such review.');
  if (review.status === 'superseded') {
    throw new AppError('conflict', 'A newer text was submitted. Comment on that one.');
  }
  if (line !== null) {
    const text = side === 'new' ? review.revision.markdown : (await readBase(db(), review.revision))?.markdown;
    const lines = lineCount(text ?? '');
    if (line > lines) {
      const which = side === 'new' ? 'the submitted text' : 'the approved text before it';
      throw new AppError('bad_request', `There is no line ${line}: ${which} has ${lines}.`);
    }
  }
  const comment = await db().$transaction(async (tx) => {
    const row = await tx.reviewComment.create({
      data: { id: uuid(), reviewId, authorId: author, line, side, body },
      include: { author: true },
    });
    await tx.auditEntry.create({
      data: {
        actorId: author,
        verb: 'reviews.comment',
        subjectKind: 'investigation',
        subjectId: review.investigationId,
        data: { review: reviewId, comment: row.id },
      },
    });
    return row;
  });
  return toComment(comment);
}
