'use client';
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useEffect } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { toast } from '@/components/ui/toaster';
import type { BlameRange } from '@/lib/reviews/blame';
import type { ReviewDetail } from '@/lib/reviews/schema';

export type TextView = 'source' | 'rendered';
export type SideView = 'review' | 'checks' | 'evidence' | 'alerts';

/** What the page shows, in the URL, so that a link leads to the same. */
export function useReviewView() {
  return useQueryStates(
    {
      /** None: the changes, or of a text that is compared with nothing the rendered report. */
      view: parseAsStringLiteral(['source', 'rendered', 'review', 'checks', 'evidence', 'alerts']),
      /** Revision ids to compare, `none` for no text; absent: the defaults of useCompare. */
      from: parseAsString,
      to: parseAsString,
      blame: parseAsBoolean.withDefault(false),
    },
    { history: 'replace', scroll: false },
  );
}

export type Comparison = {
  before: string;
  after: string;
  /** The revision on the left, null for none; and on the right. */
  from: string | null;
  to: string;
  /** Sides that are the review's own texts: only these can be commented. */
  own: { old: boolean; new: boolean };
};

/**
 * The two texts that are compared. By default the review's revision with the one that this person saw last, else with the last
 * approved one, else with nothing.
 */
export function useCompare(review: ReviewDetail, chosen: { from: string | null; to: string | null }): Comparison {
  const { baseRevision, seenRevision, revision, investigation } = review;
  const from = chosen.from === 'none' ? null : (chosen.from ?? seenRevision?.id ?? baseRevision?.id ?? null);
  const to = chosen.to ?? revision.id;
  const left = useRevisionText(investigation.id, from === baseRevision?.id ? null : from);
  const right = useRevisionText(investigation.id, to === revision.id ? null : to);
  const approved = from !== null && from === baseRevision?.id;
  return {
    // Until another text has arrived, nothing is marked as changed.
    before: from === null ? '' : approved ? review.baseMarkdown : (left ?? review.markdown),
    after: to === revision.id ? review.markdown : (right ?? review.markdown),
    from,
    to,
    own: { old: approved || (from === null && baseRevision === null), new: to === revision.id },
  };
}

function useRevisionText(investigation: string, revision: string | null): string | null {
  const { data, error } = useApi(
    '/api/investigations/{id}/revisions/{revision}',
    { params: { id: investigation, revision: revision ?? '' } },
    { when: revision !== null },
  );
  useShownError(error);
  return (revision && data?.markdown) ?? null;
}

/** Who wrote which line of a revision, once blame is turned on. */
export function useBlame(investigation: string, revision: string, wanted: boolean): BlameRange[] | null {
  const { data, error } = useApi(
    '/api/investigations/{id}/revisions/{revision}/blame',
    { params: { id: investigation, revision } },
    { when: wanted },
  );
  useShownError(error);
  return (wanted && data?.items) || null;
}

function useShownError(error: Error | null): void {
  useEffect(() => {
    if (error) toast({ kind: 'bad', title: errorMessage(error) });
  }, [error]);
}
