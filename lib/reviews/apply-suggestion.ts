import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { draftView } from '../drafts/read-draft';
import { saveOver } from '../drafts/save-draft';
import type { DraftView, StaleDraft } from '../drafts/schema';
import { lockDraft, SLOW_TRANSACTION } from '../drafts/write-version';
import { AppError } from '../errors/app-error';
import { carryLines } from '../text/carry-lines';
import { merge3 } from '../text/merge';
import { auditReview, requireReviewRow, requireThread } from './add-comment';
import { ApplySuggestion } from './schema';
import { suggestionIn } from './suggestion';

/**
 * Puts a suggestion into the draft in the place of the lines it was made for, as a save by the person who takes it, and
 * settles its thread, both or neither. `markdown`: the whole text that the person made of the suggestion and the draft, after
 * a refusal; the draft's own text settles the thread without taking the suggestion.
 * @throws AppError stale_version (412, `data` StaleDraft: both texts, merged) when the draft isn't at `version` any more or
 * has these lines in another form; bad_request for a comment that suggests nothing; conflict when it is in the draft already.
 */
export async function applySuggestion(
  actor: Actor,
  reviewId: string,
  threadId: string,
  input: z.input<typeof ApplySuggestion>,
): Promise<DraftView> {
  authorize(actor, 'drafts.save');
  const person = personId(actor);
  const { version, markdown } = ApplySuggestion.parse(input);
  const review = await requireReviewRow(reviewId);
  const { investigationId } = review;
  return db().$transaction(async (tx) => {
    // Held to the end: of two people who take it, the second finds it taken.
    await lockDraft(tx, investigationId);
    const thread = await requireThread(tx, threadId, investigationId, person);
    const suggestion = suggestionIn(thread.body);
    if (suggestion === null || thread.line === null || thread.side === 'old') {
      throw new AppError('no_suggestion', 'This comment suggests no text for a line.');
    }
    if (thread.appliedAt) throw new AppError('suggestion_already_applied', 'This suggestion is in the draft already.');
    const draft = await draftView(tx, investigationId);
    const text = markdown ?? withSuggestion(draft, thread, suggestion);
    const saved = await saveOver(tx, investigationId, person, { markdown: text, version });
    const taken = markdown === undefined || markdown !== draft.markdown;
    const at = new Date();
    await tx.reviewComment.update({
      where: { id: threadId },
      data: { ...(taken ? { appliedAt: at } : {}), resolvedAt: at, resolvedById: person },
    });
    await auditReview(tx, person, review, taken ? 'reviews.apply' : 'reviews.resolve', { comment: threadId });
    return saved;
  }, SLOW_TRANSACTION);
}

type Thread = Awaited<ReturnType<typeof requireThread>>;

/** The draft's text with the suggestion in it. @throws AppError stale_version when its lines aren't there as they were. */
function withSuggestion(draft: DraftView, thread: Thread, suggestion: string): string {
  const commented = thread.review.revision.markdown;
  const [first, last] = [thread.line ?? 1, thread.lineEnd ?? thread.line ?? 1];
  const now = carryLines(commented, draft.markdown)(first, last);
  if (now === null) {
    throw conflicting(draft, commented, withLines(commented, first, last, suggestion), thread.author.name);
  }
  return withLines(draft.markdown, now.first, now.last, suggestion);
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
    'suggestion_outdated',
    'These lines were changed in the draft since the suggestion was made. Compare both versions and decide.',
    { data },
  );
}
