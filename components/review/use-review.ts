'use client';
import { useState } from 'react';
import type { LineAnchor } from '@/components/case/use-line-selection';
import { ApiError, callApi, wordsOf } from '@/components/shell/call-api';
import { announce } from '@/components/shell/live-region';
import { toast } from '@/components/ui/toaster';
import type { DraftView, StaleDraft } from '@/lib/drafts/schema';
import type { ReviewDetail, ThreadView } from '@/lib/reviews/schema';

/** A review on the page, and what can be done in it. Each act shows the review as it stands after it. */
export function useReview(initial: ReviewDetail) {
  const [review, setReview] = useState(initial);
  const url = `/api/reviews/${initial.id}`;
  const show = (next: ReviewDetail) => {
    setReview(next);
    if (next.status !== review.status) announce(next.status === 'approved' ? 'Approved' : 'This review is decided');
  };
  const reload = () => callApi<ReviewDetail>('GET', url).then(show, () => {});
  const draftUrl = `/api/investigations/${initial.investigation.id}/draft`;
  const inDraft = ({ version }: DraftView) =>
    toast({ kind: 'good', title: `In the draft (version ${version}). Submit it to have it reviewed.` });
  /** For acts of one button: what is refused is said in a toast. */
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      toast({ kind: 'bad', title: wordsOf(error) });
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
      await callApi('POST', `${url}/comments`, { body: { body, pending, ...place } });
      await reload();
    },
    resolve: (thread: ThreadView, resolved: boolean) =>
      attempt(() => callApi('PATCH', `${url}/comments/${thread.id}`, { body: { resolved } })),
    discard: (comment: string) => attempt(() => callApi('DELETE', `${url}/comments/${comment}`)),
    send: () => attempt(() => callApi('PUT', `${url}/comments`)),
    /**
     * Takes a suggestion into the draft; `merged`: the text that a person made of both, over this version. Answers both texts
     * when the draft has the lines in another form: a person decides.
     */
    apply: async (thread: ThreadView, merged?: { markdown: string; version: number }): Promise<StaleDraft | null> => {
      let stale: StaleDraft | null = null;
      await attempt(async () => {
        const { version } = merged ?? (await callApi<DraftView>('GET', draftUrl));
        try {
          const body = { ...merged, version };
          const draft = await callApi<DraftView>('POST', `${url}/comments/${thread.id}/apply`, { body });
          if (draft.version > version) inDraft(draft);
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 412) throw error;
          // The shape is that of the route on the other side, which is ours.
          stale = error.data as StaleDraft;
        }
      });
      return stale;
    },
    ask: (users: string[]) => attempt(() => callApi('PUT', `${url}/reviewers`, { body: { users } })),
    /** @throws ApiError; the review is loaded anew when somebody decided or submitted meanwhile. */
    decide: async (body: { decision: 'approve' | 'request_changes'; note?: string; override?: string }) => {
      try {
        show(
          await callApi<ReviewDetail>('POST', `${url}/decision`, {
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

export type ReviewHandle = ReturnType<typeof useReview>;
