import type { InvestigationStatus } from '../report/schema';

export const REVIEW_EVENTS = ['edit', 'submit', 'request_changes', 'approve'] as const;
export type ReviewEvent = (typeof REVIEW_EVENTS)[number];

/**
 * The only state machine of an investigation. What is missing can't happen.
 * - in review, the revision is frozen and the draft may go on: an edit changes nothing, a new submission replaces the open review;
 * - after approval an edit starts the next draft; the approved text stays what it is.
 */
const NEXT: Record<InvestigationStatus, Partial<Record<ReviewEvent, InvestigationStatus>>> = {
  draft: { edit: 'draft', submit: 'in_review' },
  in_review: { edit: 'in_review', submit: 'in_review', request_changes: 'changes_requested', approve: 'approved' },
  changes_requested: { edit: 'changes_requested', submit: 'in_review' },
  approved: { edit: 'draft' },
};

/** The status after an event, or null when the event can't happen in this status. Pure. */
export function nextStatus(status: InvestigationStatus, event: ReviewEvent): InvestigationStatus | null {
  return NEXT[status][event] ?? null;
}
