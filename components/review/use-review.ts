'use client';
import { useState } from 'react';
import type { LineAnchor } from '@/components/case/use-line-selection';
import { ApiError, api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useReload } from '@/components/shell/use-api';
import { toast } from '@/components/ui/toaster';
import type { StaleDraft } from '@/lib/drafts/schema';
import type { ReviewDetail, ThreadView } from '@/lib/reviews/schema';

/** A review on the page, and what can be done in it. Each act shows the review as it stands after it. */
export function useReview(initial: ReviewDetail) {
  const [review, setReview] = useState(initial);
  const { id } = initial;
  const recount = useReload();
  const show = (next: ReviewDetail) => {
    setReview(next);
    if (next.status === review.status) return;
    announce(next.status === 'approved' ? 'Approved' : 'Changes requested');
    // The number in the navigation: this one no longer waits.
    void recount('/api/reviews/waiting', {});
  };
  const reload = () => api.get('/api/reviews/{id}', { params: { id } }).then(show, () => {});
  /** For acts of one button: what is refused is said in a toast. */
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      toast({ kind: 'bad', title: errorMessage(error) });
    }
    await reload();
  };
  return {
    review,
    show,
    reload,
    /** @throws ApiError */
    comment: async (body: string, where: { anchor?: LineAnchor; parent?: string }, pending: boolean) => {
      const place = where.parent ? { parent: where.parent } : (where.anchor ?? {});
      await api.post('/api/reviews/{id}/comments', { params: { id }, body: { body, pending, ...place } });
      await reload();
    },
    resolve: (thread: ThreadView, resolved: boolean) =>
      attempt(() =>
        api.patch('/api/reviews/{id}/comments/{comment}', { params: { id, comment: thread.id }, body: { resolved } }),
      ),
    discard: (comment: string) =>
      attempt(() => api.delete('/api/reviews/{id}/comments/{comment}', { params: { id, comment } })),
    send: () => attempt(() => api.put('/api/reviews/{id}/comments', { params: { id } })),
    /** As applySuggestion, but what is refused is said in a toast. */
    apply: async (thread: ThreadView, merged?: MergedText): Promise<StaleDraft | null> => {
      let stale: StaleDraft | null = null;
      await attempt(async () => {
        stale = await applySuggestion(initial, thread, merged);
      });
      return stale;
    },
    requestReviewers: (users: string[]) =>
      attempt(() => api.put('/api/reviews/{id}/reviewers', { params: { id }, body: { users } })),
    /** @throws ApiError; the review is loaded again when somebody decided or submitted meanwhile. */
    decide: async (body: {
      decision: 'approve' | 'request_changes';
      note?: string;
      overrides?: { findings: string[]; reason: string }[];
    }) => {
      try {
        show(
          await api.post('/api/reviews/{id}/decision', {
            params: { id },
            body: { ...body, revision: initial.revision.id },
          }),
        );
      } catch (error) {
        if (error instanceof ApiError && (error.status === 409 || error.status === 403)) await reload();
        throw error;
      }
    },
  };
}

/** The text that a person made of the draft and a suggestion, over this version. */
type MergedText = { markdown: string; version: number };

/**
 * Takes a suggestion into the draft. Answers both texts when the draft has the lines in another form: a person decides.
 * @throws ApiError
 */
async function applySuggestion(
  { id, investigation }: ReviewDetail,
  thread: ThreadView,
  merged?: MergedText,
): Promise<StaleDraft | null> {
  const ofCase = { params: { id: investigation.id } };
  const { version } = merged ?? (await api.get('/api/investigations/{id}/draft', ofCase));
  try {
    const params = { id, comment: thread.id };
    const body = { ...merged, version };
    const draft = await api.post('/api/reviews/{id}/comments/{comment}/apply', { params, body });
    if (draft.version > version)
      toast({ kind: 'good', title: `Applied to the draft (version ${draft.version}). Submit it for review.` });
    return null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    // The shape is that of the route on the other side, which is ours.
    return error.data as StaleDraft;
  }
}

export type ReviewHandle = ReturnType<typeof useReview>;
