import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { merge3 } from '../drafts/merge';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import type { DraftView, StaleDraft } from '../drafts/schema';
import { AppError } from '../errors/app-error';
import { audit, requireReviewRow, requireThread } from './add-comment';
import { carryLines } from './carry-lines';
import { ApplySuggestion } from './schema';
import { suggestionIn } from './suggestion';

/**
 * Puts a suggestion into the draft in the place of the lines it was made for, as a save by the person who takes it, and
 * settles its thread. @throws AppError stale_version (412, `data` StaleDraft: both texts, merged) when the draft isn't at
 * `version` any more or has these lines in another form; bad_request for a comment that suggests nothing.
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
  const commented = thread.review.revision.markdown;
  const [first, last] = [thread.line, thread.lineEnd ?? thread.line];
  const now = carryLines(commented, draft.markdown)(first, last);
  if (now === null) {
    throw conflicting(draft, commented, withLines(commented, first, last, suggestion), thread.author.name);
  }
  const markdown = withLines(draft.markdown, now.first, now.last, suggestion);
  const saved = await saveDraft(actor, review.investigationId, { markdown, version });
  await db().$transaction(async (tx) => {
    const at = new Date();
    await tx.reviewComment.update({
      where: { id: threadId },
      data: { appliedAt: at, resolvedAt: at, resolvedById: person },
    });
    await audit(tx, person, review, 'reviews.apply', { comment: threadId });
  });
  return saved;
}

/** A text with lines first to last (1-based) replaced; '' takes them out. */
function withLines(markdown: string, first: number, last: number, text: string): string {
  const lines = markdown.split('\n');
  lines.splice(first - 1, last - first + 1, ...(text === '' ? [] : text.split('\n')));
  return lines.join('\n');
}

function conflicting(current: DraftView, base: string, mine: string, by: string): AppError {
  const { text, conflicts } = merge3(base, mine, current.markdown, {
    mine: `suggested by ${by.replace(/\s+/g, ' ')}`,
    theirs: `the draft, version ${current.version}`,
  });
  const data: StaleDraft = { current, merged: text, conflicts };
  return new AppError(
    'stale_version',
    'These lines were changed in the draft since the suggestion was made. Look at both forms and decide.',
    { data },
  );
}
