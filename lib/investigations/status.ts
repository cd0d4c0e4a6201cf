import type { InvestigationStatus } from '../report/schema';

export const REVIEW_EVENTS = ['edit', 'submit', 'request_changes', 'approve', 'merge'] as const;
export type ReviewEvent = (typeof REVIEW_EVENTS)[number];

/**
 * The only state machine of an investigation. What is missing can't happen.
 * - in review, the revision is frozen and the draft may go on: an edit changes nothing, a new submission replaces the open review;
 * - after approval an edit starts the next draft; the approved text stays what it is, so an approved case is merged into no other;
 * - a merged case stays as it is; undoing the merge gives it the status it had.
 */
const NEXT: Record<InvestigationStatus, Partial<Record<ReviewEvent, InvestigationStatus>>> = {
  draft: { edit: 'draft', submit: 'in_review', merge: 'merged' },
  in_review: {
    edit: 'in_review',
    submit: 'in_review',
    request_changes: 'changes_requested',
    approve: 'approved',
    merge: 'merged',
  },
  changes_requested: { edit: 'changes_requested', submit: 'in_review', merge: 'merged' },
  approved: { edit: 'draft' },
  merged: {},
};

/** The status after an event, or null when the event can't happen in this status. Pure. */
export function nextStatus(status: InvestigationStatus, event: ReviewEvent): InvestigationStatus | null {
  return NEXT[status][event] ?? null;
}
