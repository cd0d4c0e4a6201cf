import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import type { DraftView } from '../drafts/schema';
import { AppError } from '../errors/app-error';
import { audit, requireReviewRow, requireThread } from './add-comment';
import { carryLines } from './carry-lines';
import { ApplySuggestion } from './schema';
import { suggestionIn } from './suggestion';

/**
 * Puts a suggestion into the draft in the place of the line it was made for, as a save by the person who takes it, and
 * settles its thread. @throws AppError stale_version when the draft isn't at `version` any more; conflict when the line is
 * not in the draft as it was; bad_request for a comment that suggests nothing.
 */
export async function applySuggestion(
  actor: Actor,
  reviewId: string,
  threadId: string,
  input: z.input<typeof ApplySuggestion>,
): Promise<DraftView> {
  authorize(actor, 'drafts.save');
  const person = personId(actor);
  const { version } = ApplySuggestion.parse(input);
  const review = await requireReviewRow(reviewId);
  const thread = await requireThread(db(), threadId, review.investigationId, person);
  const suggestion = suggestionIn(thread.body);
  if (suggestion === null || thread.line === null || thread.side === 'old') {
    throw new AppError('bad_request', 'This comment suggests no text for a line.');
  }
  if (thread.appliedAt) throw new AppError('conflict', 'This suggestion is in the draft already.');
  const draft = await readDraft(actor, review.investigationId);
  const line = carryLines(thread.review.revision.markdown, draft.markdown)(thread.line);
  if (line === null) {
    throw new AppError('conflict', 'The line was changed since, so the suggestion has no place. Put it in by hand.', {
      data: { suggestion },
    });
  }
  const lines = draft.markdown.split('\n');
  lines.splice(line - 1, 1, ...(suggestion === '' ? [] : suggestion.split('\n')));
  const saved = await saveDraft(actor, review.investigationId, { markdown: lines.join('\n'), version });
  await db().$transaction(async (tx) => {
    const now = new Date();
    await tx.reviewComment.update({
      where: { id: threadId },
      data: { appliedAt: now, resolvedAt: now, resolvedById: person },
    });
    await audit(tx, person, review, 'reviews.apply', { comment: threadId });
  });
  return saved;
}
