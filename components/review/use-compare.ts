'use client';
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useEffect, useState } from 'react';
import { api, wordsOf } from '@/components/shell/api';
import { toast } from '@/components/ui/toaster';
import type { BlameRange } from '@/lib/reviews/blame';
import type { ReviewDetail } from '@/lib/reviews/schema';

/** What the page shows, in the address, so that a link leads to the same. */
export function useReviewView() {
  return useQueryStates(
    {
      view: parseAsStringLiteral(['source', 'rendered', 'decide']).withDefault('source'),
      /** Revision ids to compare; none: the approved text before, and this review's. */
      from: parseAsString,
      to: parseAsString,
      who: parseAsBoolean.withDefault(false),
    },
    { history: 'replace', scroll: false },
  );
}

/** The two texts that are compared; `own` when they are the review's, which alone can be commented. */
export function useCompare(review: ReviewDetail, from: string | null, to: string | null) {
  const investigation = review.investigation.id;
  const left = useRevisionText(investigation, from === review.baseRevision?.id ? null : from);
  const right = useRevisionText(investigation, to === review.revision.id ? null : to);
  return { before: left ?? review.baseMarkdown, after: right ?? review.markdown, own: left === null && right === null };
}

function useRevisionText(investigation: string, revision: string | null): string | null {
  const [found, setFound] = useState<{ id: string; markdown: string } | null>(null);
  useEffect(() => {
    if (!revision) return;
    api
      .get('/api/investigations/{id}/revisions/{revision}', { params: { id: investigation, revision } })
      .then(setFound)
      .catch((error: unknown) => toast({ kind: 'bad', title: wordsOf(error) }));
  }, [investigation, revision]);
  return revision && found?.id === revision ? found.markdown : null;
}

/** Who wrote which line of a revision, once it is asked for. */
export function useBlame(investigation: string, revision: string, wanted: boolean): BlameRange[] | null {
  const [blame, setBlame] = useState<{ revision: string; items: BlameRange[] } | null>(null);
  useEffect(() => {
    if (!wanted || blame?.revision === revision) return;
    api
      .get('/api/investigations/{id}/revisions/{revision}/blame', { params: { id: investigation, revision } })
      .then(({ items }) => setBlame({ revision, items }))
      .catch((error: unknown) => toast({ kind: 'bad', title: wordsOf(error) }));
  }, [investigation, revision, wanted, blame]);
  return wanted && blame?.revision === revision ? blame.items : null;
}
